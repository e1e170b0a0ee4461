import { describe, expect, test } from 'vitest';
import { Deadline } from '../../../src/cli/browser/index.ts';

const forever = new Promise<never>(() => undefined);

describe('a deadline', () => {
  test('lets through what comes in time, and its error', async () => {
    const deadline = new Deadline(1_000, new AbortController().signal);
    expect(await deadline.bound(Promise.resolve(7), 'seven')).toBe(7);
    await expect(deadline.bound(Promise.reject(new Error('own')), 'it')).rejects.toThrow('own');
  });

  test('says what was waited for', async () => {
    const deadline = new Deadline(20, new AbortController().signal);
    await expect(deadline.bound(forever, 'the tide')).rejects.toThrow('still waiting for the tide');
    await expect(deadline.until(() => Promise.resolve(false), 'the ebb', 1)).rejects.toMatchObject({
      failure: { code: 'deadline_exceeded' },
    });
  });

  test('ends at once when interrupted, before or during', async () => {
    const controller = new AbortController();
    const deadline = new Deadline(10_000, controller.signal);
    const waiting = deadline.bound(forever, 'the tide');
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ failure: { code: 'interrupted' } });
    await expect(deadline.bound(forever, 'the tide')).rejects.toMatchObject({ failure: { code: 'interrupted' } });
  });
});
