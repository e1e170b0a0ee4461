import { beforeAll, describe, expect, test } from 'vitest';
import { fromUtf8, utf8 } from '../../../src/core/index.ts';
import { ProgramRunner, runIdOf } from './tasklet-runner.ts';

let program: ProgramRunner;

beforeAll(async () => {
  program = await ProgramRunner.open('hello-tasklet');
}, 240_000);

describe('hello', () => {
  test('greets every name, one a line', () => {
    const result = program.run('hello', utf8('Ada\n  Grace \r\n\nZoë 🙂\n'));
    expect(fromUtf8(result.output)).toBe('Hello, Ada!\nHello, Grace!\nHello, Zoë 🙂!\n');
  });

  test('greets the world when there is no name', () => {
    expect(fromUtf8(program.run('hello', utf8('')).output)).toBe('Hello, world!\n');
  });

  test('responds with facts about the run', () => {
    const result = program.run('hello', utf8('Ada'), { runId: runIdOf('c') });
    expect(JSON.parse(result.responseText ?? '')).toStrictEqual({
      greeted: 1,
      inputBytes: 3,
      program: 'hello-tasklet',
      tasklet: 'hello',
      runId: 'c'.repeat(32),
    });
  });

  test('gives the same output in every run', () => {
    const first = program.run('hello', utf8('Ada'), { runId: runIdOf('1') });
    const second = program.run('hello', utf8('Ada'), { runId: runIdOf('2') });
    expect(second.output).toStrictEqual(first.output);
  });

  test('refuses more than it can hold, and holds what it does not refuse', () => {
    const largest = utf8('Ada\n'.repeat(1 << 14));
    expect(program.run('hello', largest).output).toHaveLength(12 * (1 << 14));
    const larger = program.run('hello', new Uint8Array(largest.length + 1));
    expect(JSON.parse(larger.responseText ?? '')).toMatchObject({ error: { code: 1 } });
  });

  test('survives bytes that are not text', () => {
    const bytes = Uint8Array.from({ length: 4096 }, (_, index) => (index * 7 + 128) & 255);
    expect(program.run('hello', bytes).status).toBe('succeeded');
  });
});

describe('spin', () => {
  test('turns the generator as often as the input says, with progress', () => {
    const seen: [number, number][] = [];
    const result = program.run('spin', utf8('2\n'), { progress: (done, total) => seen.push([done, total]) });
    expect(JSON.parse(fromUtf8(result.output) ?? '')).toStrictEqual({ rounds: 2, state: xorshift(2 * 60_000_000) });
    expect(seen).toStrictEqual([
      [0, 2],
      [1, 2],
      [2, 2],
    ]);
  }, 60_000);

  test.each(['0', '251', '-1', '1e3', 'many', '99999999999999999999'])('refuses %s rounds', (input) => {
    const result = program.run('spin', utf8(input));
    expect(result.error?.code).toBe('tasklet_error');
    expect(JSON.parse(result.responseText ?? '')).toStrictEqual({
      error: { code: 1, message: 'the input is a number of rounds from 1 to 250' },
    });
  });
});

test('the modules export what the profile asks for and nothing else', async () => {
  for (const { path } of program.program.tasklets) {
    const { readFile } = await import('node:fs/promises');
    const module = await WebAssembly.compile(await readFile(path));
    const names = WebAssembly.Module.exports(module).map(({ name }) => name);
    expect(names.sort()).toStrictEqual([
      '_grafos_tasklet_finalize',
      '_grafos_tasklet_init',
      '_grafos_tasklet_run',
      'memory',
    ]);
    expect(new Set(WebAssembly.Module.imports(module).map((entry) => entry.module))).toStrictEqual(
      new Set(['grafos_tasklet_v0']),
    );
  }
});

/** Marsaglia's xorshift64 in 32-bit halves: a bigint would take minutes. */
function xorshift(steps: number): string {
  let high = 0x9e3779b9;
  let low = 0x7f4a7c15;
  for (let step = 0; step < steps; step++) {
    high ^= (high << 13) | (low >>> 19);
    low ^= low << 13;
    low ^= (low >>> 7) | (high << 25);
    high ^= high >>> 7;
    high ^= (high << 17) | (low >>> 15);
    low ^= low << 17;
  }
  return ((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)).toString(16);
}
