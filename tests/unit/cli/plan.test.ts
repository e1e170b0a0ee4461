import { describe, expect, test } from 'vitest';
import { planRuns } from '../../../src/cli/commands/demo/index.ts';

const IMAGE_INFO = 'src/programs/image-info';
const HELLO = 'src/programs/hello-tasklet';

describe('the plan of a demo', { timeout: 60_000 }, () => {
  test('holds only runs that succeed, each with the output it must have', async () => {
    const plan = await planRuns(IMAGE_INFO, { withFailures: false });
    expect(new Set(plan.map(({ tasklet }) => tasklet))).toEqual(new Set(['metadata', 'thumbnail']));
    for (const run of plan) {
      expect(run.expected).toBe('succeeded');
      expect(run.expectedOutput?.length).toBeGreaterThan(0);
    }
  });

  test('holds the runs that must fail when asked', async () => {
    const plan = await planRuns(IMAGE_INFO, { withFailures: true });
    expect(plan.some(({ expected }) => expected === 'failed')).toBe(true);
  });

  test('leaves the tasklet without end alone unless it is named', async () => {
    const names = (await planRuns(HELLO, { withFailures: false })).map(({ tasklet }) => tasklet);
    expect(names).not.toContain('endless');
    expect(await planRuns(HELLO, { tasklet: 'endless', withFailures: false })).toEqual([
      { tasklet: 'endless', expected: 'succeeded' },
    ]);
  });

  test('knows the tasklets by name', async () => {
    await expect(planRuns(HELLO, { tasklet: 'endles', withFailures: false })).rejects.toThrow('Did you mean endless?');
  });
});
