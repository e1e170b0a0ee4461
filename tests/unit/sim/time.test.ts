import { describe, expect, test } from 'vitest';
import { Prng } from '../../../src/sim/prng.ts';
import { EventQueue, SimClock, SimTimers, settle, type TimerHost } from '../../../src/sim/time/index.ts';

const here = (isHidden = false): TimerHost => ({ name: 'here', state: 'running', isHidden, hold: () => undefined });

/** Takes everything due up to `untilMs`. */
function run(queue: EventQueue, untilMs: number): void {
  for (let atMs = queue.nextAtMs(); atMs !== undefined && atMs <= untilMs; atMs = queue.nextAtMs()) {
    const event = queue.take();
    if (event && !event.isCancelled) event.action();
  }
}

describe('the queue', () => {
  test('takes events in the order of their instants, then of their making', () => {
    const queue = new EventQueue();
    const prng = new Prng('order');
    const delays = Array.from({ length: 500 }, () => prng.below(40));
    const taken: [number, number][] = [];
    for (const [made, delayMs] of delays.entries()) {
      queue.after(delayMs, 'act', undefined, '', () => taken.push([queue.nowMs, made]));
    }
    run(queue, 100);
    const expected = delays.map((delayMs, made): [number, number] => [delayMs, made]);
    expect(taken).toEqual(expected.toSorted(([left, first], [right, second]) => left - right || first - second));
  });
});

describe('a clock', () => {
  test('drifts, stands while its machine sleeps, and never goes back', () => {
    const queue = new EventQueue();
    const clock = new SimClock(queue, 1_000, 1.5);
    queue.after(100, 'act', undefined, '', () => undefined);
    run(queue, 100);
    expect(clock.nowMs()).toBeCloseTo(1_150);
    clock.setStanding(true);
    queue.after(100, 'act', undefined, '', () => undefined);
    run(queue, 200);
    expect(clock.nowMs()).toBeCloseTo(1_150);
    clock.setStanding(false);
    clock.stepWall(-3_600_000);
    expect(clock.nowMs()).toBeCloseTo(1_150);
  });
});

describe('timers', () => {
  test('are never early by their own clock, and little late', () => {
    const queue = new EventQueue();
    const clock = new SimClock(queue, 5_000, 1);
    const timers = new SimTimers(queue, clock, new Prng('late'), here());
    const lateMs: number[] = [];
    for (let delayMs = 0; delayMs < 300; delayMs += 7) {
      timers.after(delayMs, () => lateMs.push(clock.nowMs() - 5_000 - delayMs));
    }
    clock.setRate(0.9);
    run(queue, 1_000);
    expect(lateMs).toHaveLength(43);
    expect(Math.min(...lateMs)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...lateMs)).toBeLessThan(3);
  });

  test('of a hidden tab run once a second', () => {
    const queue = new EventQueue();
    const clock = new SimClock(queue, 0, 1);
    const timers = new SimTimers(queue, clock, new Prng('hidden'), here(true));
    const at: number[] = [];
    for (const delayMs of [10, 990, 1_200]) timers.after(delayMs, () => at.push(Math.floor(clock.nowMs() / 1_000)));
    run(queue, 5_000);
    expect(at).toEqual([1, 1, 2]);
  });

  test('that are cancelled do not run', () => {
    const queue = new EventQueue();
    const timers = new SimTimers(queue, new SimClock(queue, 0, 1), new Prng('cancel'), here());
    let hasRun = false;
    timers
      .after(5, () => {
        hasRun = true;
      })
      .cancel();
    run(queue, 100);
    expect(hasRun).toBe(false);
  });
});

test('settling outlasts a chain of promises', async () => {
  let depth = 0;
  const chain = async (left: number): Promise<void> => {
    if (left === 0) return;
    await Promise.resolve();
    depth++;
    return chain(left - 1);
  };
  void chain(12);
  await settle();
  expect(depth).toBe(12);
});
