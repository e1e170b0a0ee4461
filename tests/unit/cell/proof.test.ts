import { describe, expect, test } from 'vitest';
import { utf8, type Bytes } from '../../../src/core/index.ts';
import { signedOutcome } from '../../../src/cell/outcome.ts';
import { EVENT, INLINE_BYTES_MAX, type WireOutcome } from '../../../src/wire/index.ts';
import { errorOf, idOf, link, ManualTime, present, testSigner, valueOf, type TestBoard } from '../../support/index.ts';
import { HandWorker } from './hand-worker.ts';
import { deliver, runOf, testCell, type TestCell } from './world.ts';

const asWorker = (at: TestBoard, submitter: TestCell): TestCell => ({ ...submitter, ...at });

/** Sends a run to a worker that tampers, and answers what the submitter makes of it. */
async function judged(tamper: (outcome: WireOutcome) => WireOutcome | undefined, prepare?: (hand: HandWorker) => void) {
  const time = new ManualTime();
  const submitter = testCell(time, 'submitter');
  const hand = new HandWorker(time, 'hand', tamper);
  prepare?.(hand);
  await link(time, submitter, hand.at);
  const result = await time.until(deliver(submitter, asWorker(hand.at, submitter), runOf('any')));
  await time.advance(10);
  return { result, hand, submitter };
}

describe('a result is believed', () => {
  test('with the signature of its cell over this very run', async () => {
    const { result } = await judged((outcome) => outcome);
    expect(valueOf(result).outcome.status).toBe('succeeded');
  });
});

describe('a result is thrown away', () => {
  test.each<readonly [string, (outcome: WireOutcome) => WireOutcome]>([
    ['whose fuel was made smaller', (outcome) => ({ ...outcome, fuelUsed: outcome.fuelUsed - 1 })],
    ['whose response was added', (outcome) => ({ ...outcome, responseText: '1' })],
    ['whose status was turned', (outcome) => ({ ...outcome, status: 'failed' })],
    ['whose error was added', (outcome) => ({ ...outcome, error: { code: 'trapped', message: '' } })],
    ['whose output is another', (outcome) => ({ ...outcome, output: idOf.content('9') })],
    ['whose signature has one bit changed', (outcome) => ({ ...outcome, signature: flipped(outcome.signature) })],
    [
      'whose inline output is not what was signed',
      (outcome) => ({ ...outcome, inlineOutput: utf8('x'), outputBytes: 1 }),
    ],
    ['whose output has another length', (outcome) => ({ ...outcome, outputBytes: 4 })],
  ])('%s', async (_name, tamper) => {
    const { result, submitter } = await judged(tamper);
    expect(errorOf(result)).toMatchObject({ begun: true, failure: { code: 'receipt_invalid' } });
    expect(submitter.cell.state().held).toEqual([]);
  });

  test('that another key signed, even if it says so', async () => {
    const forger = testSigner('forger');
    const time = new ManualTime();
    const submitter = testCell(time, 'submitter');
    const hand = new HandWorker(time, 'hand', () => undefined);
    await link(time, submitter, hand.at);
    const running = deliver(submitter, asWorker(hand.at, submitter), runOf('any'));
    await time.advance(50);
    const order = present(hand.orders[0]);
    const result = { status: 'succeeded', output: new Uint8Array(0), fuelUsed: 5, log: [] } as const;
    const outcome = await signedOutcome(order, hand.at.self, forger, result, { admittedMs: 0, runMs: 0 });
    hand.at.board.notify(submitter.self, EVENT.runFinished, { runId: order.runId, outcome });
    expect(errorOf(await time.until(running))).toMatchObject({ failure: { code: 'receipt_invalid' } });
  });

  test('whose long output is not what was signed', async () => {
    const long = new Uint8Array(INLINE_BYTES_MAX + 1);
    let liar: HandWorker | undefined;
    const { result } = await judged(
      (outcome) => {
        if (liar) liar.output = long.map(() => 1);
        return outcome;
      },
      (hand) => {
        hand.output = long;
        liar = hand;
      },
    );
    expect(errorOf(result)).toMatchObject({ begun: true, failure: { code: 'receipt_invalid' } });
  });
});

function flipped(bytes: Bytes): Bytes {
  return bytes.map((byte, index) => (index === 0 ? byte ^ 1 : byte));
}

describe('a worker that does not keep to the protocol', () => {
  test('that grants other kinds than were asked gets no run', async () => {
    const { result, hand } = await judged(
      (outcome) => outcome,
      (worker) => {
        worker.kinds = ['mem', 'cpu'];
      },
    );
    expect(errorOf(result)).toMatchObject({ begun: false, failure: { code: 'protocol_violation' } });
    expect(hand.orders).toEqual([]);
  });

  test('that accepts and says nothing more is given up after the deadline and a margin', async () => {
    const { result, hand } = await judged(() => undefined);
    expect(errorOf(result).begun).toBe(true);
    expect(['deadline_exceeded', 'disconnected']).toContain(errorOf(result).failure.code);
    expect(hand.orders.length).toBe(1);
  });
});
