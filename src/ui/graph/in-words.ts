import type { NodeProgress, Program } from '../../sdk/index.ts';
import { formatBytes, plural } from '../words/index.ts';
import type { Graph } from './layout.ts';

/** The graph as sentences: one for each shared lease and each node, with where it stands when it runs. */
export function graphInWords({ graph, leases }: Graph, progress: readonly NodeProgress[]): readonly string[] {
  return [
    ...leases.map(({ name, sizeBytes }) => `${name} is ${formatBytes(sizeBytes)} of memory that nodes share.`),
    ...graph.map((node) => {
      const state = progress.find((each) => each.node === node.name);
      const now = state && state.status !== 'waiting' ? ` ${stateText(state)}` : '';
      return `${node.name} runs ${node.tasklet}${inputText(node)}${afterText(node)}${leaseText(node)}.${now}`;
    }),
  ];
}

/** The graph in one sentence, for its label. */
export function graphLabel({ graph, leases }: Graph): string {
  const shared = leases.length === 0 ? '' : ` and ${plural(leases.length, 'shared lease')}`;
  return `Graph of the program: ${plural(graph.length, 'node')}${shared}.`;
}

/** `3 of 12 runs ended, 1 of them failed`, or just what state it is in. */
export function stateText({ status, runs, ended, failed }: NodeProgress): string {
  const share = runs > 1 ? `, ${ended} of ${plural(runs, 'run')} ended` : '';
  const bad = failed > 0 && runs > 1 ? `, ${failed} failed` : '';
  return `It is ${status}${share}${bad}.`;
}

type Node = Program['graph'][number];

function inputText({ input, isFannedOut }: Node): string {
  const each = isFannedOut ? ', one run for each' : '';
  switch (input.kind) {
    case 'none':
      return ' without an input';
    case 'fixture':
      return ` on ${input.name}`;
    case 'fixtures':
      return ` on the fixtures ${input.name}${each}`;
    case 'output':
      return ` on what ${input.name} puts out${each}`;
    case 'lease':
      return ` on the bytes of ${input.name}`;
  }
}

function afterText({ after, input }: Node): string {
  const others = after.filter((name) => input.kind !== 'output' || name !== input.name);
  return others.length === 0 ? '' : `, after ${others.join(' and ')}`;
}

function leaseText({ leases }: Node): string {
  return leases.length === 0 ? '' : `, with ${leases.map(({ name }) => name).join(' and ')}`;
}
