import { beforeEach, describe, expect, test } from 'vitest';
import { utf8, type Bytes } from '../../../src/core/index.ts';
import { writeBatch } from '../../../src/tasklet/index.ts';
import { REQUEST } from '../../../src/wire/index.ts';
import { errorOf, link, ManualTime, valueOf } from '../../support/index.ts';
import { HandSubmitter, testCell, type TestCell } from './world.ts';

let time: ManualTime;
let keeper: TestCell;
let hand: HandSubmitter;

beforeEach(async () => {
  time = new ManualTime();
  keeper = testCell(time, 'keeper', { slots: 4 });
  hand = new HandSubmitter(time, 'hand');
  await link(time, hand.at, keeper);
});

describe('a hostile caller of warm tasklets', () => {
  const send = (batch: Bytes) => time.until(hand.at.board.call(keeper.self, REQUEST.warmCall, batch));

  async function opened(script = 'echo'): Promise<number> {
    const { runId, ...run } = hand.order(script, await hand.lease(keeper));
    const { program, tasklet, module, moduleBytes, fuelLimit, submittedWallMs } = run;
    const { cpuLease, cpuToken, memLease, memToken } = run;
    const order = {
      ...{ warmId: runId, program, tasklet, module, moduleBytes, fuelLimit, submittedWallMs },
      ...{ cpuLease, cpuToken, memLease, memToken, callMs: 1_000, isFresh: false },
    };
    return valueOf(await time.until(hand.at.board.call(keeper.self, REQUEST.warmOpen, order))).session;
  }

  test('cannot call, or close, what is not its own', async () => {
    const session = await opened();
    const other = new HandSubmitter(time, 'other');
    await link(time, other.at, keeper);
    for (const guess of [session, 0, 1, 0xffff_ffff]) {
      const called = other.at.board.call(keeper.self, REQUEST.warmCall, writeBatch(guess, [utf8('x')]));
      expect(errorOf(await time.until(called)).code).toBe('not_found');
      const closing = other.at.board.call(keeper.self, REQUEST.warmClose, { session: guess });
      expect(errorOf(await time.until(closing)).code).toBe('not_found');
    }
    expect((await send(writeBatch(session, [utf8('x')]))).ok).toBe(true);
  });

  test('calls nothing under what a keeper gave out before it was reloaded', async () => {
    const before = await opened();
    keeper = testCell(time, 'keeper', { session: 2 });
    await link(time, hand.at, keeper);
    expect(await opened()).not.toBe(before);
    expect(errorOf(await send(writeBatch(before, [utf8('x')]))).code).toBe('not_found');
  });

  test('cannot open one without the tokens', async () => {
    const leases = await hand.lease(keeper);
    const { runId, ...run } = hand.order('echo', leases);
    const { program, tasklet, module, moduleBytes, fuelLimit, submittedWallMs, cpuLease, memLease, memToken } = run;
    const forged = {
      ...{ warmId: runId, program, tasklet, module, moduleBytes, fuelLimit, submittedWallMs, callMs: 1_000 },
      ...{ cpuLease, cpuToken: memToken, memLease, memToken, isFresh: false },
    };
    expect(errorOf(await time.until(hand.at.board.call(keeper.self, REQUEST.warmOpen, forged))).code).toBe(
      'lease_denied',
    );
    expect(keeper.engine.kept).toEqual([]);
  });

  test('is refused what is no batch', async () => {
    const session = await opened();
    const batch = writeBatch(session, [utf8('x')]);
    for (const broken of [new Uint8Array(3), batch.slice(0, 4), batch.slice(0, -1)]) {
      expect(errorOf(await send(broken)).code).toBe('protocol_violation');
    }
    expect((await send(batch)).ok).toBe(true);
  });

  test('cannot have more waiting than the bound', async () => {
    const session = await opened('slow 10');
    const batch = writeBatch(
      session,
      Array.from({ length: 256 }, () => utf8('')),
    );
    const sent = Array.from({ length: 18 }, () => hand.at.board.call(keeper.self, REQUEST.warmCall, batch, 60_000));
    await time.advance(50);
    expect(await Promise.all(sent.slice(16))).toMatchObject([
      { ok: false, error: { code: 'capacity_exceeded' } },
      { ok: false, error: { code: 'capacity_exceeded' } },
    ]);
  });
});
