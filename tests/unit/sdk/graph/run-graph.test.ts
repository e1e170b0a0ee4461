import { describe, expect, test } from 'vitest';
import { failure } from '../../../../src/core/index.ts';
import { joined, runGraph, type GraphProgress } from '../../../../src/sdk/index.ts';
import { graphOf, item, World } from './world.ts';

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
    const outcomes = await runGraph(graphOf(FAN), world);
    expect(world.started).toStrictEqual(['each(a)', 'each(b)', 'each(c)', 'sheet(each(a), each(b), each(c))']);
    expect(outcomes.map(({ node, status }) => [node, status])).toStrictEqual([
      ['each', 'succeeded'],
      ['sheet', 'succeeded'],
    ]);
    expect(world.most).toBe(3);
  });

  test('only after what it must come after', async () => {
    const world = new World();
    await runGraph(graphOf('[graph.b]\ntasklet = "work"\nafter = ["a"]\n[graph.a]\ntasklet = "work"\n'), world);
    expect(world.started).toStrictEqual(['a(-)', 'b(-)']);
  });

  test('no further behind a failure', async () => {
    const world = new World();
    world.failures.set('b', ['trapped']);
    const outcomes = await runGraph(graphOf(FAN), world);
    expect(outcomes.map(({ status }) => status)).toStrictEqual(['failed', 'skipped']);
  });

  test('without what failed where the manifest says degrade', async () => {
    const world = new World();
    world.otherwise = 'degrade';
    world.failures.set('b', ['disconnected']);
    const outcomes = await runGraph(graphOf(FAN), world);
    expect(outcomes.map(({ status }) => status)).toStrictEqual(['degraded', 'succeeded']);
    expect(world.started.at(-1)).toBe('sheet(each(a), each(c))');
  });

  test('again where the manifest says retry, and not for ever', async () => {
    const world = new World();
    world.otherwise = 'retry';
    world.failures.set('a', ['revoked']);
    world.failures.set('b', ['revoked', 'revoked', 'revoked', 'revoked']);
    const [each] = await runGraph(graphOf(FAN), world);
    expect(each?.status).toBe('failed');
    expect(each?.runs.map(({ attempts }) => attempts)).toStrictEqual([2, 3, 1]);
  });

  test('eight runs at a time at most', async () => {
    const world = new World();
    world.filesFor = () => Promise.resolve(Array.from({ length: 40 }, (_, index) => item(String(index))));
    await runGraph(graphOf(FAN), world);
    expect(world.started).toHaveLength(41);
    expect(world.most).toBe(8);
  });
});

test('many inputs as one are counted and measured', () => {
  expect([...joined([item('a'), item('bc')]).bytes]).toStrictEqual([2, 0, 0, 0, 1, 0, 0, 0, 97, 2, 0, 0, 0, 98, 99]);
});

/** `make` and `paint` work on two leases, `read` reads one of them, `aside` none. */
const SHARING = `[tasklet.share]
source = "share.wat"
leases = 2
[tasklet.look]
source = "look.wat"
leases = 1
[lease.wall]
size = "4KiB"
[lease.brush]
size = "4KiB"
[lease.unused]
size = "4KiB"
[graph.make]
tasklet = "share"
leases = ["wall", "brush"]
[graph.paint]
tasklet = "share"
after = ["make"]
leases = ["wall", { lease = "brush", operations = ["read"] }]
[graph.read]
tasklet = "work"
after = ["paint"]
input = { lease = "wall" }
[graph.aside]
tasklet = "work"
`;

describe('shared leases', () => {
  test('are asked for together, by name, those that nodes use; handed as declared; given back at the end', async () => {
    const world = new World();
    const handed: string[] = [];
    world.during = (node, leases) => {
      const words = leases.map(({ lease, operations }) => `${lease.name}:${operations.join('+')}`);
      if (leases.length > 0) handed.push(`${node.name} ${words.join(' ')}`);
    };
    const outcomes = await runGraph(graphOf(SHARING), world);
    expect(world.asked).toStrictEqual(['brush wall 0']);
    expect(handed).toStrictEqual([
      'make wall:read+write+atomic brush:read+write+atomic',
      'paint wall:read+write+atomic brush:read',
    ]);
    expect(outcomes.map(({ node, status }) => [node, status])).toStrictEqual([
      ['make', 'succeeded'],
      ['paint', 'succeeded'],
      ['read', 'succeeded'],
      ['aside', 'succeeded'],
    ]);
    expect(outcomes[2]?.runs[0]?.artifacts.outputBase64).toBe(btoa('read<makepaint>'));
    expect(world.taken.map(({ name, isFree }) => [name, isFree])).toStrictEqual([
      ['brush', true],
      ['wall', true],
    ]);
  });

  test('that cannot be had fail the nodes that need them and no others', async () => {
    const world = new World();
    world.refusal = failure('capacity_exceeded', 'all is lent out');
    const outcomes = await runGraph(graphOf(SHARING), world);
    expect(outcomes.map(({ node, status, failure: why }) => [node, status, why?.code])).toStrictEqual([
      ['make', 'failed', 'capacity_exceeded'],
      ['paint', 'skipped', undefined],
      ['read', 'skipped', undefined],
      ['aside', 'succeeded', undefined],
    ]);
  });

  test('that cannot be had are gone without where the program says degrade', async () => {
    const world = new World();
    world.recovery = { capacity_exceeded: 'degrade' };
    world.refusal = failure('capacity_exceeded', 'all is lent out');
    const outcomes = await runGraph(graphOf(SHARING), world);
    expect(outcomes.map(({ status }) => status)).toStrictEqual(['degraded', 'degraded', 'degraded', 'succeeded']);
    expect(world.started).toStrictEqual(['aside(-)']);
  });

  test('are waited for where the program says retry', async () => {
    const world = new World();
    world.recovery = { capacity_exceeded: 'retry' };
    await runGraph(graphOf(SHARING), world);
    expect(world.asked).toStrictEqual(['brush wall 20000']);
  });

  test.each([
    ['revoked', 'the lessor took it back'],
    ['lease_expired', 'it ran out'],
    ['disconnected', 'its lessor is gone'],
  ] as const)(
    'lost as %s are taken anew where the program says reacquire, and what they held is made again',
    async (code, why) => {
      const world = new World();
      world.recovery = { [code]: 'reacquire' };
      let isFirst = true;
      world.during = (node, leases) => {
        const [wall] = leases;
        if (node.name === 'paint' && wall && isFirst) wall.lease.reason = failure(code, why);
        if (node.name === 'paint') isFirst = false;
      };
      const outcomes = await runGraph(graphOf(SHARING), world);
      expect(outcomes.map(({ status }) => status)).toStrictEqual(['succeeded', 'succeeded', 'succeeded', 'succeeded']);
      expect(world.asked).toStrictEqual(['brush wall 0', 'wall 0']);
      expect(world.started.filter((run) => !run.startsWith('aside'))).toStrictEqual([
        'make(-)',
        'paint(-)',
        'make(-)',
        'paint(-)',
        'read(wall)',
      ]);
      expect(world.started.filter((run) => run.startsWith('aside'))).toHaveLength(1);
      expect(outcomes[2]?.runs[0]?.artifacts.outputBase64).toBe(btoa('read<makepaint>'));
      expect(world.taken.every(({ isFree }) => isFree)).toBe(true);
    },
  );

  test('lost with nothing said fail the node with the reason of the lease, not of its tasklet', async () => {
    const world = new World();
    world.recovery = { revoked: 'retry' };
    world.during = (_node, leases) => {
      for (const { lease } of leases) lease.reason = failure('revoked', 'the lessor took it back');
    };
    const outcomes = await runGraph(graphOf(SHARING), world);
    expect(outcomes[0]).toMatchObject({ status: 'failed', failure: { code: 'revoked' } });
    expect(world.started).toStrictEqual(['make(-)', 'aside(-)']);
  });

  test('lost again and again are given up', async () => {
    const world = new World();
    world.recovery = { revoked: 'reacquire' };
    world.during = (_node, leases) => {
      for (const { lease } of leases) lease.reason = failure('revoked', 'the lessor took it back');
    };
    const [make] = await runGraph(graphOf(SHARING), world);
    expect(make).toMatchObject({ status: 'failed', failure: { code: 'revoked' } });
    expect(world.asked).toStrictEqual(['brush wall 0', 'brush wall 0', 'brush wall 0']);
    expect(world.taken.every(({ isFree }) => isFree)).toBe(true);
  });

  test('are given back when the program is cancelled, and nothing else begins', async () => {
    const world = new World();
    const stop = new AbortController();
    world.during = (node) => {
      if (node.name === 'make') stop.abort();
    };
    const outcomes = await runGraph(graphOf(SHARING), world, { signal: stop.signal });
    expect(world.started).toStrictEqual(['make(-)', 'aside(-)']);
    expect(outcomes[1]).toMatchObject({ status: 'failed', failure: { code: 'cancelled' } });
    expect(world.taken.every(({ isFree }) => isFree)).toBe(true);
  });

  test('are given back when the surroundings break', async () => {
    const world = new World();
    world.run = () => Promise.reject(new TypeError('no such thing'));
    await expect(runGraph(graphOf(SHARING), world)).rejects.toThrow('no such thing');
    expect(world.taken.every(({ isFree }) => isFree)).toBe(true);
  });
});

test('progress tells of every lease and every node', async () => {
  const seen: GraphProgress[] = [];
  await runGraph(graphOf(SHARING), new World(), { progress: (progress) => seen.push(progress) });
  const leases = seen.map((each) => each.leases.map(({ name, state }) => `${name} ${state}`));
  const nodes = seen.map((each) => each.nodes.map(({ status }) => status));
  expect(leases.at(0)).toStrictEqual(['brush wanted', 'wall wanted']);
  expect(leases.at(-1)).toStrictEqual(['brush freed', 'wall freed']);
  expect(nodes.at(0)).toStrictEqual(['waiting', 'waiting', 'waiting', 'waiting']);
  expect(nodes).toContainEqual(['running', 'waiting', 'waiting', 'running']);
  expect(seen.flatMap((each) => each.nodes).findLast(({ node }) => node === 'paint')).toStrictEqual({
    node: 'paint',
    tasklet: 'share',
    status: 'succeeded',
    runs: 1,
    ended: 1,
    failed: 0,
  });
});
