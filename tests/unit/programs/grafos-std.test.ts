import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromUtf8, utf8 } from '../../../src/core/index.ts';
import { ProgramRunner, runIdOf } from './tasklet-runner.ts';

const TASKLETS: Readonly<Record<string, string>> = {
  facts: `return Output.json(JsonWriter.object()
    .field('program', context.program()).field('tasklet', context.tasklet()).field('runId', context.runId())
    .field('module', context.moduleHash()).field('input', context.inputHash())
    .field('submittedAt', context.submittedAt()).field('fuelLimit', context.fuelLimit())
    .field('memory', context.memoryLimitBytes()).field('leases', context.leaseCount())
    .field('now', clock.now()));`,
  writer: `return Output.json(JsonWriter.object()
    .field('text', fromUtf8(input)).field('whole', <i64>-9007199254740993).field('half', 0.5)
    .field('endless', Infinity).field('yes', true).nullField('none')
    .arrayField('list').item(1).item('two').arrayItem().end().objectItem().field('three', 3).end().end()
    .objectField('empty').end()
    .field('last', false));`,
  random: `return Output.text(toHex(random.bytes(5)) + toHex(random.bytes(40)) + ' ' + Math.random().toString());`,
  dice: `const out = new ByteWriter();
  for (let i = 0; i < 600; i++) out.u8(random.below(6));
  return Output.bytes(out.toBytes());`,
  fails: `return Output.fail(<i32>fuel.remaining() * 0 + 42, 'no "such" thing');`,
  zero: `return Output.fail(0, 'zero is no error code');`,
  throws: `throw new Error('thrown here');`,
  bounds: `return Output.text(input[1000].toString());`,
  hungry: `const kept: Uint8Array[] = []; while (true) kept.push(new Uint8Array(1 << 20));
  return Output.empty();`,
  large: `const text = 'x'.repeat(70000); return Output.json('"' + text + '"');`,
  flood: `return Output.bytes(new Uint8Array((16 << 20) + 1));`,
  lines: `log.debug('one'); log.info('two'); log.warn('drei ü'); log.error('four');
  return Output.empty().respond<string>(progress(3, 2) ? '1' : '0');`,
  globals: `table.push(input.length); return Output.text(table.join(','));`,
  collected: `let last = 0; for (let i = 0; i < 400; i++) last = new Uint8Array(1 << 20).length; return Output.text(last.toString());`,
};

const MANIFEST_MORE: Readonly<Record<string, string>> = {
  hungry: 'memory = "2MiB"',
  collected: 'memory = "8MiB"\nruntime = "incremental"',
};

/** Every body as a function on a line of its own, from line 3 on, and one tasklet that calls the one it is named as. */
function probeSource(): string {
  const names = 'ByteWriter, clock, context, fromUtf8, fuel, JsonWriter, log, Output, progress, random, toHex';
  return [
    `import { ${names} } from 'grafos-std';`,
    'const table: i32[] = [1, 2, 3];',
    ...Object.entries(TASKLETS).map(
      ([name, body]) => `function ${name}Body(input: Uint8Array): Output { ${body.replaceAll(/\s*\n\s*/g, ' ')} }`,
    ),
    '@tasklet',
    'export function probe(input: Uint8Array): Output {',
    ...Object.keys(TASKLETS).map((name) => `  if (context.tasklet() == '${name}') return ${name}Body(input);`),
    "  return Output.fail(99, 'no such probe');",
    '}',
    '',
  ].join('\n');
}

let directory: string;
let program: ProgramRunner;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'grafos-std-'));
  await mkdir(join(directory, 'src'));
  // One source for all, so that it is compiled once for each memory and runtime.
  await writeFile(join(directory, 'src', 'probe.ts'), probeSource());
  let manifest = '[program]\nname = "probe"\nversion = "0.1.0"\n';
  for (const name of Object.keys(TASKLETS)) {
    manifest += `[tasklet.${name}]\nsource = "src/probe.ts"\nfunction = "probe"\n${MANIFEST_MORE[name] ?? ''}\n`;
  }
  await writeFile(join(directory, 'grafos.toml'), manifest);
  program = await ProgramRunner.openDirectory(directory);
}, 240_000);

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

function outputText(tasklet: string, input = ''): string {
  return fromUtf8(program.run(tasklet, utf8(input)).output) ?? '(not text)';
}

describe('context and clock', () => {
  test('a tasklet knows its run', () => {
    const { module } = program.program.tasklets.find(({ declared }) => declared.name === 'facts') ?? {};
    const facts: unknown = JSON.parse(outputText('facts'));
    expect(facts).toMatchObject({
      program: 'probe',
      tasklet: 'facts',
      runId: '7'.repeat(32),
      module,
      input: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      submittedAt: 1_700_000_000_000_000_000,
      fuelLimit: 500_000,
      memory: 33_554_432,
      leases: 0,
      now: 1_700_000_000_000_000_000, // nothing is counted here
    });
  });
});

describe('JSON', () => {
  test('whatever is written, the text is one value', () => {
    const hostile = 'plain "quoted" back\\slash\n\t\u0000\u001f ü 🙂 </script>';
    expect(JSON.parse(outputText('writer', hostile))).toStrictEqual({
      text: hostile,
      whole: -9007199254740992, // JSON.parse rounds; the text is exact
      half: 0.5,
      endless: null,
      yes: true,
      none: null,
      list: [1, 'two', [], { three: 3 }],
      empty: {},
      last: false,
    });
    expect(outputText('writer', hostile)).toContain('-9007199254740993');
  });

  test('is the response too, where it fits', () => {
    const small = program.run('writer', utf8('x'));
    expect(small.responseText).toBe(fromUtf8(small.output));
    const large = program.run('large', utf8(''));
    expect(large).toMatchObject({ status: 'succeeded' });
    expect(large.responseText).toBeUndefined();
  });
});

describe('random', () => {
  test('is the stream of the profile, and Math.random is seeded by it', () => {
    // SHA-256(run id ‖ 0) ‖ SHA-256(run id ‖ 1), computed with another tool.
    expect(outputText('random').split(' ')[0]).toBe(RANDOM_STREAM_OF_SEVENS.slice(0, 90));
    expect(outputText('random')).toBe(outputText('random'));
    const other = program.run('random', utf8(''), { runId: runIdOf('8') });
    expect(fromUtf8(other.output)?.split(' ')[1]).not.toBe(outputText('random').split(' ')[1]);
  });

  test('below a bound has every value', () => {
    const rolls = program.run('dice', utf8('')).output;
    expect(new Set(rolls)).toStrictEqual(new Set([0, 1, 2, 3, 4, 5]));
  });
});

describe('errors', () => {
  test('Output.fail ends with its code, a log line and the message as response', () => {
    const result = program.run('fails', utf8(''));
    expect(result.error).toMatchObject({ code: 'tasklet_error' });
    expect(result.error?.message).toContain('42');
    expect(JSON.parse(result.responseText ?? '')).toStrictEqual({ error: { code: 42, message: 'no "such" thing' } });
    expect(result.log).toStrictEqual(['[error] no "such" thing']);
  });

  test('an error cannot have the code of success', () => {
    expect(program.run('zero', utf8('')).error?.message).toContain('1');
  });

  test.each([
    ['throws', `abort: thrown here at src/probe.ts:${3 + Object.keys(TASKLETS).indexOf('throws')}:`],
    ['bounds', 'abort: Index out of range at ~lib/typedarray.ts'],
  ])('%s traps and says where', (tasklet, line) => {
    const result = program.run(tasklet, utf8(''));
    expect(result.error?.code).toBe('trapped');
    expect(result.log[0]).toContain(line);
  });

  test('memory beyond the manifest is a trap, not more memory', () => {
    expect(program.run('hungry', utf8('')).error?.code).toBe('trapped');
  });

  test('output beyond the bound is refused with the status of the profile', () => {
    const result = program.run('flood', utf8(''));
    expect(result.error).toMatchObject({ code: 'tasklet_error' });
    expect(result.log).toStrictEqual(['[error] the cell refused the output: status -4']);
  });
});

describe('the rest', () => {
  test('log lines keep their level, an impossible progress answers false', () => {
    const result = program.run('lines', utf8(''));
    expect(result.log).toStrictEqual(['[debug] one', '[info] two', '[warn] drei ü', '[error] four']);
    expect(result.responseText).toBe('0');
    expect(result.output).toHaveLength(0);
  });

  test('globals are initialised before the tasklet runs', () => {
    expect(outputText('globals', 'four')).toBe('1,2,3,4');
  });

  test('the incremental runtime gives memory back', () => {
    expect(outputText('collected')).toBe('1048576');
  });
});

const RANDOM_STREAM_OF_SEVENS =
  '6dd6c8f4a73f1b6e5c5fb0bf9f01ed0afdf8384fd54a1f81c0557cf06f4be7460258791d99d53bdb2a00714f250efb24643dd2df6b60ec27e547369b7bb8a74f';
