import type { CellId, ContentHash, FabricFailure } from '../../core/index.ts';
import type { RunResponse } from '../snapshot.ts';
import type { NodeOutcome } from './graph.ts';
import { outputHashOf } from './items.ts';

/** What came of a program as a whole, as people keep it: without the outputs themselves. */
export interface GraphReport {
  readonly program: string;
  readonly isDone: boolean;
  readonly nodes: readonly NodeReport[];
}

export interface NodeReport {
  readonly node: string;
  readonly tasklet: string;
  readonly status: NodeOutcome['status'];
  readonly output: ContentHash;
  readonly error?: FabricFailure;
  readonly runs: readonly NodeRunReport[];
}

export interface NodeRunReport extends Pick<RunResponse, 'status' | 'output' | 'error'> {
  readonly run_id: string;
  readonly cell_id: CellId | null;
  readonly input: string;
  readonly attempts: number;
}

/** Whether every node has done what it can. */
export function isGraphDone(outcomes: readonly NodeOutcome[]): boolean {
  return outcomes.every(({ status }) => status === 'succeeded' || status === 'degraded');
}

export function graphReport(program: string, outcomes: readonly NodeOutcome[]): GraphReport {
  return { program, isDone: isGraphDone(outcomes), nodes: outcomes.map(nodeReport) };
}

function nodeReport(outcome: NodeOutcome): NodeReport {
  const { node, tasklet, status, runs, failure } = outcome;
  return {
    ...{ node, tasklet, status, output: outputHashOf(outcome) },
    ...(failure === undefined ? {} : { error: failure }),
    runs: runs.map(({ input, attempts, artifacts: { response } }) => ({
      run_id: response.runId,
      cell_id: response.cell ?? null,
      ...{ input, attempts, status: response.status, output: response.output },
      ...(response.error === undefined ? {} : { error: response.error }),
    })),
  };
}
