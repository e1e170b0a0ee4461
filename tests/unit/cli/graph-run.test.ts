import { describe, expect, test } from 'vitest';
import { joined, runGraph, type GraphDoors, type NodeItem } from '../../../src/cli/commands/deploy/index.ts';
import { parseManifest, type GraphNode } from '../../../src/manifest/index.ts';
import { contentHash, failure, fromUtf8, toBase64, utf8, type FabricErrorCode } from '../../../src/core/index.ts';
import type { Artifacts } from '../../../src/sdk/index.ts';
import { idOf } from '../../support/index.ts';

const HEAD = '[program]\nname = "sample"\nversion = "0.1.0"\n[tasklet.work]\nsource = "work.wat"\n';

function nodesOf(text: string): readonly GraphNode[] {
  const parsed = parseManifest(HEAD + text);
  if (!parsed.ok) throw new Error(parsed.error.map(({ message }) => message).join('\n'));
  return parsed.value.graph;
}

function item(label: string): NodeItem {
  return { label, bytes: utf8(label) };
}

/** A world in which a run puts out its node's name around its input, and fails as a script says. */
class World implements GraphDoors {
  readonly started: string[] = [];
  recovery: ReturnType<GraphDoors['recoveryFrom']> = 'fail';
  /** Codes of the failures to come, by input. */
  readonly failures = new Map<string, FabricErrorCode[]>();
  now = 0;
  most = 0;

  filesFor = ({ input }: GraphNode) =>
    Promise.resolve(
      input.kind === 'fixtures' ? ['a', 'b', 'c'].map(item) : [item(input.kind === 'none' ? '-' : input.name)],
    );

  run = async (node: GraphNode, input: NodeItem): Promise<Artifacts> => {
    this.started.push(`${node.name}(${input.label})`);
    this.most = Math.max(this.most, ++this.now);
    await Promise.resolve();
    this.now--;
    const code = this.failures.get(input.label)?.shift();
    const output = utf8(`${node.name}<${fromUtf8(input.bytes) ?? ''}>`);
    const status = code === undefined ? 'succeeded' : 'failed';
    return {
      response: {
        runId: idOf.run('1'),
        program: 'sample',
        tasklet: node.tasklet,
        module: contentHash(utf8('module')),
        input: contentHash(input.bytes),
        output: contentHash(output),
        outputBytes: output.length,
        submitter: idOf.cell('1'),
        attempt: 1,
        status,
        ...(code === undefined ? {} : { error: failure(code, 'as the script says') }),
        response: null,
        fuelUsed: 1,
        fuelLimit: 1,
        timings: { submittedWallMs: 0, queuedMs: 0, admittedMs: 0, runMs: 0, wallMs: 0 },
        leases: [],
        log: [],
      },
      outputBase64: toBase64(output),
    };
  };

  outputOf = ({ outputBase64 }: Artifacts) => Uint8Array.from(Buffer.from(outputBase64, 'base64'));
  recoveryFrom = () => this.recovery;
}

const FAN = `[graph.each]
tasklet = "work"
fan-out = true
input = { fixtures = "*" }
[graph.sheet]
tasklet = "work"
input = { output = "each" }
`;

describe('a graph runs', () => {
  test('in its order, fanned out, and joined again', async () => {
    const world = new World();
    const outcomes = await runGraph(nodesOf(FAN), world);
    expect(world.started).toStrictEqual(['each(a)', 'each(b)', 'each(c)', 'sheet(each(a), each(b), each(c))']);
    expect(outcomes.map(({ node, status }) => [node, status])).toStrictEqual([
      ['each', 'succeeded'],
      ['sheet', 'succeeded'],
    ]);
    expect(world.most).toBe(3);
  });

  test('only after what it must come after', async () => {
    const world = new World();
    await runGraph(nodesOf('[graph.b]\ntasklet = "work"\nafter = ["a"]\n[graph.a]\ntasklet = "work"\n'), world);
    expect(world.started).toStrictEqual(['a(-)', 'b(-)']);
  });

  test('no further behind a failure', async () => {
    const world = new World();
    world.failures.set('b', ['trapped']);
    const outcomes = await runGraph(nodesOf(FAN), world);
    expect(outcomes.map(({ status }) => status)).toStrictEqual(['failed', 'skipped']);
  });

  test('without what failed where the manifest says degrade', async () => {
    const world = new World();
    world.recovery = 'degrade';
    world.failures.set('b', ['disconnected']);
    const outcomes = await runGraph(nodesOf(FAN), world);
    expect(outcomes.map(({ status }) => status)).toStrictEqual(['degraded', 'succeeded']);
    expect(world.started.at(-1)).toBe('sheet(each(a), each(c))');
  });

  test('again where the manifest says retry, and not for ever', async () => {
    const world = new World();
    world.recovery = 'retry';
    world.failures.set('a', ['revoked']);
    world.failures.set('b', ['revoked', 'revoked', 'revoked', 'revoked']);
    const [each] = await runGraph(nodesOf(FAN), world);
    expect(each?.status).toBe('failed');
    expect(each?.runs.map(({ attempts }) => attempts)).toStrictEqual([2, 3, 1]);
  });

  test('eight runs at a time at most', async () => {
    const world = new World();
    world.filesFor = () => Promise.resolve(Array.from({ length: 40 }, (_, index) => item(String(index))));
    await runGraph(nodesOf(FAN), world);
    expect(world.started).toHaveLength(41);
    expect(world.most).toBe(8);
  });
});

test('many inputs as one are counted and measured', () => {
  expect([...joined([item('a'), item('bc')]).bytes]).toStrictEqual([2, 0, 0, 0, 1, 0, 0, 0, 97, 2, 0, 0, 0, 98, 99]);
});
