import { beforeEach, describe, expect, test } from 'vitest';
import { contentHash, FabricError, utf8, type CellId } from '../../../src/core/index.ts';
import type { WarmDoor, WarmWish } from '../../../src/cell/index.ts';
import { failureOfCall, readAnswers, warmReceiptBytes, writeBatch } from '../../../src/tasklet/index.ts';
import { openWarm, type WarmOptions, type WarmTasklet } from '../../../src/sdk/warm/index.ts';
import { REQUEST } from '../../../src/wire/index.ts';
import { errorOf, idOf, link, ManualTime, valueOf } from '../../support/index.ts';
import { runOf, RUN_MEMORY_BYTES, testCell, type TestCell } from './world.ts';

let time: ManualTime;
let keeper: TestCell;
let caller: TestCell;
let drawn: number;

beforeEach(async () => {
  time = new ManualTime();
  drawn = 0;
  keeper = testCell(time, 'keeper', { slots: 4 });
  caller = testCell(time, 'caller');
  await link(time, caller, keeper);
});

function wishOf(script: string, change: Partial<WarmWish> = {}): WarmWish {
  const module = utf8(script);
  return {
    ...{ warmId: idOf.run(`${++drawn}`), program: 'tests', tasklet: 'warm', module, moduleHash: contentHash(module) },
    ...{ fuelLimit: 1_000, callMs: 1_000, memoryBytes: RUN_MEMORY_BYTES, isFresh: false },
    ...{ submittedWallMs: 1_700_000_000_000, ...change },
  };
}

const open = async (script: string, change: Partial<WarmWish> = {}): Promise<WarmDoor> =>
  valueOf(await time.until(caller.cell.warm.open(keeper.self, wishOf(script, change))));

/** One call, by hand. */
async function call(door: WarmDoor, text: string): Promise<string> {
  const answer = valueOf(await time.until(door.operate(writeBatch(0, [utf8(text)]))));
  const [end] = valueOf(readAnswers(answer, 1));
  if (!end) throw new Error('no answer');
  return failureOfCall(end)?.code ?? new TextDecoder().decode(end.output);
}

/** As a program has it. */
async function warm(script: string, options?: WarmOptions, to: CellId = keeper.self): Promise<WarmTasklet> {
  const port = {
    openWarm: (warmId: WarmWish['warmId']) => caller.cell.warm.open(to, wishOf(script, { warmId, fuelLimit: 500_000 })),
  };
  const order = { program: 'tests', tasklet: 'warm', module: utf8(script) };
  return time.until(openWarm({ port, random: caller.env.random, thread: undefined }, order, options));
}

async function pass(durationMs: number): Promise<void> {
  for (let passed = 0; passed < durationMs; passed += 500) {
    void caller.board.call(keeper.self, REQUEST.leaseFree, { leaseIds: [] });
    void keeper.board.call(caller.self, REQUEST.leaseFree, { leaseIds: [] });
    await time.advance(Math.min(500, durationMs - passed));
  }
}

const codeOf = async (failing: Promise<unknown>): Promise<string> =>
  time.until(failing).then(
    () => 'succeeded',
    (error: unknown) => (error instanceof FabricError ? error.code : String(error)),
  );

describe('a warm tasklet', () => {
  test('is called many times on one pair of leases, and leaves none behind', async () => {
    const door = await open('echo');
    expect(await call(door, 'one')).toBe('one');
    expect(await call(door, 'two')).toBe('two');
    expect(keeper.cell.state().granted.length).toBe(2);
    const { error, receipt } = await time.until(door.close());
    expect(error).toBeUndefined();
    expect(receipt).toMatchObject({ cell: keeper.self, calls: 2, fuelUsed: 14 });
    await time.advance(100);
    expect(keeper.cell.state().granted).toEqual([]);
    expect(keeper.sealed).toContain('module.admitted');
  });

  test('is signed for by its cell, over all of its calls', async () => {
    const door = await open('echo');
    await call(door, 'one');
    const { receipt } = await time.until(door.close());
    if (!receipt) throw new Error('no receipt');
    const message = warmReceiptBytes({ ...receipt, errorCode: undefined });
    expect(await caller.signer.verify(receipt.publicKey, message, receipt.signature)).toBe(true);
    const more = warmReceiptBytes({ ...receipt, errorCode: undefined, calls: 2 });
    expect(await caller.signer.verify(receipt.publicKey, more, receipt.signature)).toBe(false);
  });

  test('lives over the renewals of its leases', async () => {
    const door = await open('echo');
    await pass(100_000);
    expect(keeper.cell.state().granted.every(({ generation }) => generation > 1)).toBe(true);
    expect(await call(door, 'still here')).toBe('still here');
  });

  test('whose lease is taken back ends at once, also in the middle of a call', async () => {
    const door = await open('hang', { callMs: 60_000 });
    const hanging = call(door, 'x');
    await time.advance(100);
    const revoked = keeper.cell.revoke(door.leases.cpu, 0);
    expect(await hanging).toBe('revoked');
    expect(await time.until(revoked)).toBe('torn_down');
    const { error, receipt } = await time.until(door.ended);
    expect(error?.code).toBe('revoked');
    expect(receipt).toMatchObject({ calls: 0, errorCode: 'revoked' });
    expect(errorOf(await time.until(door.operate(writeBatch(0, [utf8('x')])))).code).toBe('revoked');
  });

  test('that overruns is ended, with what it had done signed for, and its slot is free again', async () => {
    const door = await open('hang', { callMs: 2_000 });
    expect(await call(door, 'x')).toBe('deadline_exceeded');
    const { error, receipt } = await time.until(door.ended);
    expect(error?.code).toBe('deadline_exceeded');
    expect(receipt?.calls).toBe(0);
    await time.advance(100);
    expect(keeper.cell.capacity().slotsFree).toBe(4);
    expect(await call(await open('echo'), 'works on')).toBe('works on');
  });

  test('ends with its caller', async () => {
    const door = await open('echo');
    caller.board.close();
    await time.advance(100);
    expect(keeper.cell.state().granted).toEqual([]);
    expect((await time.until(door.ended)).error?.code).toBe('disconnected');
  });

  test('on leases of its program leaves these alone', async () => {
    const ttlMs = 10_000;
    const taken = caller.cell.holdings.take(keeper.self, [
      { kind: 'cpu', quantity: 1, ttlMs },
      { kind: 'mem', quantity: RUN_MEMORY_BYTES, ttlMs },
    ]);
    const [cpu, mem] = valueOf(await time.until(taken)).map(({ leaseId }) => leaseId);
    if (!cpu || !mem) throw new Error('no leases');
    const door = await open('echo', { leases: { cpu, mem } });
    const second = await time.until(caller.cell.warm.open(keeper.self, wishOf('echo', { leases: { cpu, mem } })));
    expect(errorOf(second).code).toBe('lease_denied');
    const run = runOf('echo', { leases: { cpu, mem } });
    const events = { placed: () => undefined, progressed: () => undefined };
    const delivered = await time.until(caller.cell.courier.deliver(keeper.self, run, events));
    expect(delivered).toMatchObject({ ok: false, error: { failure: { code: 'lease_denied' } } });
    await time.until(door.close());
    await time.advance(100);
    expect(keeper.cell.state().granted.length).toBe(2);
    expect(await call(await open('echo', { leases: { cpu, mem } }), 'again')).toBe('again');
  });

  test('is not opened for a module that breaks the profile, and keeps no lease then', async () => {
    const refused = await time.until(caller.cell.warm.open(keeper.self, wishOf('no-such-script')));
    expect(errorOf(refused).code).toBe('module_rejected');
    await time.advance(100);
    expect(keeper.cell.state().granted).toEqual([]);
  });
});

describe('as a program has it', () => {
  test('calls go to the instance with the fewest, and answers come in the order of the inputs', async () => {
    const opened = await warm('slow 10', { workers: 3 });
    expect(opened.cells).toEqual([keeper.self, keeper.self, keeper.self]);
    const inputs = Array.from({ length: 20 }, (_, index) => utf8(`${index}`));
    const outputs: string[] = [];
    const reading = (async () => {
      for await (const { index, output } of opened.calls(inputs, { inFlight: 9 })) {
        outputs.push(`${index}=${new TextDecoder().decode(output)}`);
      }
    })();
    await time.until(reading);
    expect(outputs).toEqual(inputs.map((_, index) => `${index}=${index}`));
    const ends = await time.until(opened.close());
    expect(ends.map(({ receipt }) => receipt?.calls).reduce((sum = 0, calls = 0) => sum + calls)).toBe(20);
  });

  test('inputs are read no faster than results', async () => {
    const opened = await warm('slow 10');
    let pulled = 0;
    const endless = (function* () {
      for (;;) {
        pulled++;
        yield utf8('x');
      }
    })();
    const results = opened.calls(endless, { inFlight: 4 })[Symbol.asyncIterator]();
    for (let taken = 0; taken < 6; taken++) await time.until(results.next());
    expect(pulled).toBeLessThanOrEqual(10);
  });

  test('a call that fails rejects with its own failure, and the next one works', async () => {
    const opened = await warm('error');
    expect(await codeOf(opened.call(utf8('x')))).toBe('tasklet_error');
    expect(await codeOf(opened.call(new Uint8Array(70_000)))).toBe('input_too_large');
    expect(await codeOf(opened.call(utf8('x')))).toBe('tasklet_error');
    const [end] = await time.until(opened.close());
    expect(end?.receipt?.calls).toBe(2);
    expect(await codeOf(opened.call(utf8('x')))).toBe('cancelled');
  });

  test('an abort ends the waiting, or all of it', async () => {
    const opened = await warm('hang', {});
    const abort = new AbortController();
    const hanging = codeOf(opened.call(utf8('x'), { signal: abort.signal }));
    abort.abort();
    expect(await hanging).toBe('cancelled');
    const all = new AbortController();
    const other = await warm('echo', { signal: all.signal });
    all.abort();
    expect((await time.until(other.ended)).map(({ error }) => error)).toEqual([undefined]);
  });

  test('a link that breaks ends it typed', async () => {
    const opened = await warm('hang');
    const hanging = codeOf(opened.call(utf8('x')));
    await time.advance(50);
    keeper.crash();
    expect(await hanging).toMatch(/disconnected/);
    expect((await time.until(opened.ended))[0]?.error?.code).toBe('disconnected');
  });

  test('it is kept in the own cell as well', async () => {
    const opened = await warm('echo', {}, caller.self);
    expect((await time.until(opened.call(utf8('here')))).output).toEqual(utf8('here'));
    expect((await time.until(opened.close()))[0]?.receipt?.calls).toBe(1);
  });
});
