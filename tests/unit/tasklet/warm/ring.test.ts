import { describe, expect, test } from 'vitest';
import { contentHash, utf8, WARM_LIMITS } from '../../../../src/core/index.ts';
import { PolledWaits } from '../../../../src/memory/index.ts';
import { RingCaller, RingControl, RingServer, Transcript } from '../../../../src/tasklet/index.ts';
import { idOf, ManualTime, settle } from '../../../support/index.ts';
import { countingEcho, FUEL } from './kept.ts';

const LEASED_MS = 10_000;

/** Both ends in one thread: the instance works when it is told to, until it has nothing more to do. */
function ring() {
  const time = new ManualTime();
  const nowMs = (): number => time.nowMs();
  const control = new RingControl(nowMs());
  control.extend(nowMs() + LEASED_MS);
  const waits = new PolledWaits({ timers: time, clock: time });
  const caller = new RingCaller(control.buffer, { nowMs, waits }, 0);
  const instance = countingEcho().kept();
  const transcript = new Transcript({ warmId: idOf.run('a'), module: contentHash(utf8('m')), fuelLimit: FUEL });
  instance.open();
  const away = new Error('nothing to do');
  let later = nowMs();
  const server = new RingServer(control.buffer, {
    // Looking for work takes time, or it would never end.
    nowMs: () => (later += 0.01),
    park: () => {
      throw away;
    },
  });
  const work = (): void => {
    later = nowMs();
    try {
      server.serve(instance, transcript);
    } catch (error) {
      if (error !== away) throw error;
    }
  };
  return { time, control, caller, server, transcript, work };
}

describe('calls through shared memory', () => {
  test('are done in order, and answered to whoever asked', async () => {
    const { time, caller, work } = ring();
    const calls = ['one', 'two', 'three'].map((text) => caller.call(utf8(text)));
    expect(caller.pending).toBe(3);
    work();
    const ends = await time.until(Promise.all(calls));
    expect(ends.map(({ output }) => [output[0], output.length])).toEqual([
      [1, 4],
      [2, 4],
      [3, 6],
    ]);
    expect(caller.pending).toBe(0);
  });

  test('go round the ring, and wait where it is full', async () => {
    const { time, caller, work } = ring();
    const inputs = Array.from({ length: 40 }, (_, index) => new Uint8Array(9_000 + index * 37).fill(index));
    const calls = inputs.map((input) => caller.call(input));
    const all = Promise.all(calls);
    const state = { isDone: false };
    void all.then(() => {
      state.isDone = true;
    });
    for (let turn = 0; turn < 200 && !state.isDone; turn++) {
      work();
      await time.advance(5);
      await settle();
    }
    const ends = await all;
    expect(ends.map(({ output }) => [output.length - 1, output[1]])).toEqual(
      inputs.map((input) => [input.length, input[0]]),
    );
  });

  test('beyond the bounds are refused and not asked', async () => {
    const { caller } = ring();
    expect((await caller.call(new Uint8Array(WARM_LIMITS.callBytesMax + 1))).code).toBe('input_too_large');
    for (let index = 0; index < WARM_LIMITS.queuedCallsMax; index++) void caller.call(utf8(''));
    expect((await caller.call(utf8(''))).code).toBe('capacity_exceeded');
  });

  test('do not begin once the leases have run out', async () => {
    const { time, caller, work, transcript } = ring();
    time.sleep(LEASED_MS);
    const late = caller.call(utf8('late'));
    work();
    expect((await time.until(late)).code).toBe('lease_expired');
    expect(transcript.calls).toBe(0);
  });

  test('all hear of the end, also those in the ring, and later ones', async () => {
    const { time, control, caller, work } = ring();
    const done = caller.call(utf8('done'));
    work();
    const waiting = caller.call(utf8('waiting'));
    control.end('revoked');
    work();
    expect((await time.until(done)).code).toBe('succeeded');
    expect((await time.until(waiting)).code).toBe('revoked');
    expect((await time.until(caller.call(utf8('late')))).code).toBe('revoked');
  });

  test('leave their transcript where the cell finds it', async () => {
    const { time, control, caller, work, transcript } = ring();
    const calls = [caller.call(utf8('a')), caller.call(utf8('b'))];
    work();
    await time.until(Promise.all(calls));
    expect(control.transcript()).toMatchObject({ calls: 2, head: transcript.head });
  });

  test('show since when one is under way, and none when none is', () => {
    const { time, control, server } = ring();
    expect(control.underWaySinceMs()).toBeUndefined();
    server.guard(() => expect(control.underWaySinceMs()).toBeCloseTo(time.nowMs(), -1));
    expect(control.underWaySinceMs()).toBeUndefined();
  });
});
