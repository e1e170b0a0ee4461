import { expect, test } from 'vitest';
import type { NodeProgress, Program } from '../../../src/sdk/index.ts';
import { graphInWords, graphLabel, stateText } from '../../../src/ui/graph/in-words.ts';
import { layoutOf, NODE } from '../../../src/ui/graph/layout.ts';

const OPERATIONS = ['read', 'write', 'atomic'] as const;

function node(name: string, rest: Partial<Program['graph'][number]> = {}): Program['graph'][number] {
  return { name, tasklet: 'work', after: [], isFannedOut: false, input: { kind: 'none' }, leases: [], ...rest };
}

const GRAPH = {
  leases: [{ name: 'board', sizeBytes: 65_536, ttlMs: 30_000, priority: 'standard' as const }],
  graph: [
    node('look', { isFannedOut: true, input: { kind: 'fixtures', name: '*.png' } }),
    node('warm-up', { leases: [{ name: 'board', operations: OPERATIONS }] }),
    node('small', { isFannedOut: true, input: { kind: 'output', name: 'look' }, after: ['look', 'warm-up'] }),
    node('sheet', { input: { kind: 'lease', name: 'board' }, after: ['small'] }),
  ],
};

test('nodes stand in rows below those they wait for, and beside each other without touching', () => {
  const { nodes, edges, threads, width, height } = layoutOf(GRAPH);
  const tops = Object.fromEntries(nodes.map(({ node: { name }, top }) => [name, top]));
  expect(tops['look']).toBe(tops['warm-up']);
  expect(tops['small']).toBeGreaterThan((tops['look'] ?? 0) + NODE.height);
  expect(tops['sheet']).toBeGreaterThan((tops['small'] ?? 0) + NODE.height);
  const [left, right] = nodes.filter(({ top }) => top === tops['look']).map((each) => each.left);
  expect((right ?? 0) - (left ?? 0)).toBeGreaterThan(NODE.width);
  for (const each of nodes) {
    expect(each.left).toBeGreaterThan(0);
    expect(each.left + NODE.width).toBeLessThan(width);
    expect(each.top + NODE.height).toBeLessThan(height);
  }
  expect(edges.map(({ kind, from, to }) => `${kind}: ${from} to ${to}`)).toEqual([
    'data: look to small',
    'order: warm-up to small',
    'order: small to sheet',
  ]);
  expect(threads.map(({ lease, knots }) => [lease, knots.length])).toEqual([['board', 2]]);
});

test('the graph is told in words, with where each node stands', () => {
  const progress: readonly NodeProgress[] = [
    { node: 'look', tasklet: 'work', status: 'running', runs: 12, ended: 3, failed: 1 },
    { node: 'sheet', tasklet: 'work', status: 'waiting', runs: 0, ended: 0, failed: 0 },
  ];
  expect(graphLabel(GRAPH)).toBe('Graph of the program: 4 nodes and 1 shared lease.');
  expect(graphInWords(GRAPH, progress)).toEqual([
    'board is 64 KiB of memory that nodes share.',
    'look runs work on the fixtures *.png, one run for each. It is running, 3 of 12 runs ended, 1 failed.',
    'warm-up runs work without an input, with board.',
    'small runs work on what look puts out, one run for each, after warm-up.',
    'sheet runs work on the bytes of board, after small.',
  ]);
  expect(stateText({ node: 'a', tasklet: 'a', status: 'failed', runs: 1, ended: 1, failed: 1 })).toBe('It is failed.');
});
