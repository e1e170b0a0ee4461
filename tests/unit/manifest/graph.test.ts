import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { MANIFEST_KEYS, parseManifest } from '../../../src/manifest/index.ts';

const HEAD = `[program]
name = "sample"
version = "0.1.0"
[tasklet.metadata]
source = "src/tasklets/metadata.ts"
[tasklet.sheet]
source = "src/tasklets/sheet.ts"
leases = 1
[lease.board]
size = "1MiB"
`;

/** Every problem as `line:column code: message`; the lines after the head count from 1. */
function problemsOf(text: string): string[] {
  const parsed = parseManifest(HEAD + text);
  const headLines = HEAD.split('\n').length - 1;
  if (parsed.ok) return [];
  return parsed.error.map(
    ({ line, column, code, message }) => `${(line ?? 0) - headLines}:${column ?? '-'} ${code}: ${message}`,
  );
}

describe('a graph', () => {
  test('says what waits for what, in an order in which it can run', () => {
    const parsed = parseManifest(`${HEAD}ttl = "1m"
priority = "guaranteed"
[tasklet.metadata.recovery]
disconnected = "retry"
fuel_exhausted = "fail"
[graph.sheet]
tasklet = "sheet"
after = ["first"]
input = { output = "each" }
leases = ["board"]
[graph.each]
tasklet = "metadata"
fan-out = true
input = { fixtures = "*.png" }
[graph.first]
tasklet = "metadata"
input = { fixture = "lake.png" }
`);
    expect(parsed.ok ? parsed.value.leases : parsed.error).toStrictEqual([
      { name: 'board', sizeBytes: 1_048_576, ttlMs: 60_000, priority: 'guaranteed' },
    ]);
    expect(parsed.ok ? parsed.value.tasklets[0]?.recovery : parsed.error).toStrictEqual({
      disconnected: 'retry',
      fuel_exhausted: 'fail',
    });
    const graph = parsed.ok ? parsed.value.graph : [];
    expect(graph.map(({ name, after }) => [name, after])).toStrictEqual([
      ['first', []],
      ['each', []],
      ['sheet', ['first', 'each']],
    ]);
    expect(graph[1]).toMatchObject({ isFannedOut: true, input: { kind: 'fixtures', name: '*.png' } });
    expect(graph[2]).toMatchObject({
      leases: [{ name: 'board', operations: ['read', 'write', 'atomic'] }],
      input: { kind: 'output', name: 'each' },
    });
  });

  test('says what a tasklet may do with a shared lease', () => {
    const parsed = parseManifest(
      `${HEAD}[graph.a]\ntasklet = "sheet"\nleases = [{ lease = "board", operations = ["read", "atomic"] }]\n`,
    );
    const [node] = parsed.ok ? parsed.value.graph : [];
    expect(node?.leases).toStrictEqual([{ name: 'board', operations: ['read', 'atomic'] }]);
  });

  const input = 'must be a table with one of fixture, fixtures, output and lease, such as { output = "metadata" }';
  const broken: [string, string, string[]][] = [
    [
      'of a tasklet that is not there',
      '[graph.a]\ntasklet = "metadat"\n',
      ['2:1 unknown_name: graph.a.tasklet names the tasklet "metadat", which is not declared; did you mean metadata?'],
    ],
    ['without a tasklet', '[graph.a]\nafter = []\n', ['1:1 missing_key: graph.a.tasklet is missing']],
    [
      'that waits for a node that is not there',
      '[graph.a]\ntasklet = "metadata"\nafter = ["nobody"]\n',
      ['3:1 unknown_name: graph.a.after names the node "nobody", which is not declared; there are: a'],
    ],
    [
      'whose node waits for itself',
      '[graph.a]\ntasklet = "metadata"\nafter = ["a"]\n',
      ['1:1 cycle: graph.a waits for itself: a → a'],
    ],
    [
      'that is a ring',
      '[graph.a]\ntasklet = "metadata"\ninput = { output = "c" }\n[graph.b]\ntasklet = "metadata"\nafter = ["a"]\n[graph.c]\ntasklet = "metadata"\nafter = ["b"]\n',
      ['1:1 cycle: graph.a waits for itself: a → c → b → a'],
    ],
    [
      'with an input from nowhere',
      '[graph.a]\ntasklet = "metadata"\ninput = {}\n',
      [`3:1 wrong_type: graph.a.input ${input}, not {}`],
    ],
    [
      'with an input from two places',
      '[graph.a]\ntasklet = "metadata"\ninput = { fixture = "a.png", fixtures = "*" }\n',
      [`3:1 wrong_type: graph.a.input ${input}, not {"fixture":"a.png","fixtures":"*"}`],
    ],
    [
      'with a misspelt input',
      '[graph.a]\ntasklet = "metadata"\ninput = { fixtrue = "a.png" }\n',
      [
        '3:1 unknown_key: graph.a.input.fixtrue is not a key; did you mean fixture?',
        `3:1 wrong_type: graph.a.input ${input}, not {"fixtrue":"a.png"}`,
      ],
    ],
    [
      'that fans out over one thing',
      '[graph.a]\ntasklet = "metadata"\nfan-out = true\ninput = { fixture = "a.png" }\n',
      ['3:1 invalid_value: graph.a.fan-out needs an input of which there are many: fixtures or output'],
    ],
    [
      'that spells fan-out as one word',
      '[graph.a]\ntasklet = "metadata"\nfanout = true\n',
      ['3:1 unknown_key: graph.a.fanout is not a key; did you mean fan-out?'],
    ],
    [
      'that hands over too few leases',
      '[graph.a]\ntasklet = "sheet"\n',
      ['1:1 invalid_value: graph.a.leases must name as many leases as tasklet.sheet takes: 1'],
    ],
    [
      'that hands over a lease that is not there',
      '[graph.a]\ntasklet = "sheet"\nleases = ["bord"]\n',
      ['3:1 unknown_name: graph.a.leases names the lease "bord", which is not declared; did you mean board?'],
    ],
    [
      'that does with a lease what cannot be done with bytes',
      '[graph.a]\ntasklet = "sheet"\nleases = [{ lease = "board", operations = ["free"] }]\n',
      ['3:1 invalid_value: graph.a.leases.0.operations.0 must be "read", "write" or "atomic", not "free"'],
    ],
    [
      'that misspells what is done with a lease',
      '[graph.a]\ntasklet = "sheet"\nleases = [{ lease = "board", operation = ["read"] }]\n',
      ['3:1 unknown_key: graph.a.leases.operation is not a key; did you mean operations?'],
    ],
    [
      'whose input is a lease too large to be one',
      '[lease.big]\nsize = "64MiB"\n[graph.a]\ntasklet = "metadata"\ninput = { lease = "big" }\n',
      ['5:1 out_of_range: graph.a.input is a lease of 64MiB; an input has at most 16MiB'],
    ],
    [
      'with a node that has no name one could write',
      '[graph.Each]\ntasklet = "metadata"\n',
      [
        '1:1 invalid_value: graph.Each is named wrongly: a name must be lower-case words joined by hyphens, such as "image-info"',
      ],
    ],
    [
      'beside a lease that is too large',
      '[lease.huge]\nsize = "2GiB"\n',
      ['2:1 out_of_range: lease.huge.size must be at most 1GiB, not "2GiB"'],
    ],
    ['beside a lease of no size', '[lease.huge]\nttl = "1s"\n', ['1:1 missing_key: lease.huge.size is missing']],
    [
      'beside a lease that lives for ever',
      '[lease.old]\nsize = "1MiB"\nttl = "1000m"\n',
      ['3:1 out_of_range: lease.old.ttl must be at most 300s, not "1000m"'],
    ],
    [
      'beside a lease of a kind that cannot be shared',
      '[lease.card]\nsize = "1MiB"\nkind = "gpu"\n',
      ['3:1 invalid_value: lease.card.kind must be "mem", the kind that can be shared, not "gpu"'],
    ],
    [
      'beside a recovery from nothing',
      '[tasklet.metadata.recovery]\ndisconnect = "retry"\n',
      ['2:1 unknown_key: tasklet.metadata.recovery.disconnect is not a key; did you mean disconnected?'],
    ],
    [
      'beside a recovery by wishing',
      '[tasklet.metadata.recovery]\nrevoked = "ignore"\n',
      [
        '2:1 invalid_value: tasklet.metadata.recovery.revoked must be "retry", "reacquire", "degrade" or "fail", not "ignore"',
      ],
    ],
  ];

  test.each(broken)('%s is refused', (_, text, expected) => {
    expect(problemsOf(text)).toStrictEqual(expected);
  });

  test('may be written nowhere: a priority must be one of three', () => {
    expect(problemsOf('priority = "urgent"\n')).toStrictEqual([
      '1:1 invalid_value: lease.board.priority must be "guaranteed", "standard" or "scavenger", not "urgent"',
    ]);
  });
});

test('the schema for editors has the keys that the command reads', async () => {
  const table = v.looseObject({ properties: v.record(v.string(), v.looseObject({})) });
  const parse = (value: unknown) => v.parse(table, value).properties;
  const text = await readFile(new URL('../../../public/grafos.schema.json', import.meta.url), 'utf8');
  const all = parse(JSON.parse(text));
  const inner = (name: string) => parse(all[name]?.['additionalProperties']);
  const sorted = (keys: readonly string[]) => [...keys].sort();
  expect(sorted(Object.keys(all))).toStrictEqual(sorted(MANIFEST_KEYS.manifest));
  expect(sorted(Object.keys(parse(all['program'])))).toStrictEqual(sorted(MANIFEST_KEYS.program));
  expect(sorted(Object.keys(inner('tasklet')))).toStrictEqual(sorted(MANIFEST_KEYS.tasklet));
  expect(sorted(Object.keys(parse(inner('tasklet')['recovery'])))).toStrictEqual(sorted(MANIFEST_KEYS.recovery));
  expect(sorted(Object.keys(inner('lease')))).toStrictEqual(sorted(MANIFEST_KEYS.lease));
  expect(sorted(Object.keys(inner('graph')))).toStrictEqual(sorted(MANIFEST_KEYS.node));
  expect(sorted(Object.keys(parse(inner('graph')['input'])))).toStrictEqual(sorted(MANIFEST_KEYS.input));
  const lists = v.parse(v.object({ anyOf: v.tuple([v.unknown(), v.unknown()]) }), inner('graph')['leases']?.['items']);
  expect(sorted(Object.keys(parse(lists.anyOf[1])))).toStrictEqual(sorted(MANIFEST_KEYS.nodeLease));
});
