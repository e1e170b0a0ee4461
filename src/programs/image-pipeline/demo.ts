import {
  outputHashOf,
  outputOf,
  programDoors,
  runGraph,
  type DemoOutcome,
  type DemoStage,
  type GraphProgress,
  type NodeOutcome,
} from '../../sdk/index.ts';
import { ContactSheet } from './contact-sheet.ts';
import { SHEET_SHA256 } from './expected.ts';

/** Runs the graph as it is declared, and shows the sheet while it fills. */
export async function demo({ fabric, program, fetchBytes }: DemoStage): Promise<DemoOutcome> {
  const hasOthers = fabric.snapshot().cells.some(({ isSelf, state }) => !isSelf && state === 'alive');
  const doors = programDoors({ fabric, program, fetchBytes, memoryOn: hasOthers ? 'other' : 'any' });
  const sheet = new ContactSheet(fabric);
  const progress = ({ leases }: GraphProgress): void => {
    const [lease] = leases;
    if (lease?.state === 'held' && lease.leaseId !== undefined) sheet.follow(lease.leaseId);
  };
  const outcomes = await runGraph(program, doors, { progress });
  const runs = outcomes.flatMap((outcome) => outcome.runs);
  const last = outcomes.at(-1)?.runs[0];
  if (last) await sheet.develop(outputOf(last.artifacts));
  const cells = new Set(runs.map(({ artifacts }) => artifacts.response.cell));
  const hashes = Object.fromEntries(outcomes.map((outcome) => [outcome.node, outputHashOf(outcome)]));
  return {
    isAsExpected: outcomes.every(({ status }) => status === 'succeeded') && hashes['sheet'] === SHEET_SHA256,
    facts: {
      pictures: outcomes.find(({ node }) => node === 'thumbnail')?.runs.length ?? 0,
      cells: cells.size,
      ...hashes,
      ...problemOf(outcomes),
    },
    runs: runs.map(({ artifacts }) => artifacts.response.runId),
  };
}

/** The first thing that went wrong, if something did. */
function problemOf(outcomes: readonly NodeOutcome[]): { readonly problem?: string } {
  const failed = outcomes.find(({ failure }) => failure !== undefined);
  return failed?.failure ? { problem: `${failed.node}: ${failed.failure.message}` } : {};
}
