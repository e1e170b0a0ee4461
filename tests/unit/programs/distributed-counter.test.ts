import { beforeAll, describe, expect, test } from 'vitest';
import { fromUtf8, utf8 } from '../../../src/core/index.ts';
import { FakeRegion } from '../tasklet/host/fake-region.ts';
import { ProgramRunner } from './tasklet-runner.ts';

let program: ProgramRunner;

beforeAll(async () => {
  program = await ProgramRunner.open('distributed-counter');
}, 240_000);

const counted = (region: FakeRegion): bigint => new DataView(region.data.buffer).getBigUint64(0, true);

describe('count', () => {
  test('adds as often as it is told to, and says the last value it saw', () => {
    const region = new FakeRegion(8);
    for (const last of [250, 500]) {
      const result = program.run('count', utf8('250\n'), { regions: [region] });
      expect(result.error).toBeUndefined();
      expect(JSON.parse(fromUtf8(result.output) ?? '')).toEqual({ increments: 250, last });
    }
    expect(counted(region)).toBe(500n);
  });

  test('ends with a word of its own when the lease does', () => {
    const region = new FakeRegion(8);
    region.ended = -2;
    const result = program.run('count', utf8('10'), { regions: [region] });
    expect(result.error?.message).toContain('over after 0 steps, status -2');
  });

  test('asks for a lease', () => {
    expect(program.run('count', utf8('10')).error?.message).toContain('no lease to count in');
  });

  test.each(['', '0', '-1', 'ten', '1.5', '1000001', '99999999'])('refuses the input "%s"', (text) => {
    const result = program.run('count', utf8(text), { regions: [new FakeRegion(8)] });
    expect(result.error?.message).toContain('whole number');
  });

  test('declares that it works on one lease', () => {
    expect(program.program.tasklets.map(({ declared }) => declared.leases)).toEqual([1]);
  });
});
