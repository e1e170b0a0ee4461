import type { CellId, FabricFailure, Result, RunId } from '../core/index.ts';
import type { Affinity, Candidate, Strategy, Target } from './choose.ts';

/**
 * What is done when a run loses its cell: it is tried elsewhere; the same, with fresh leases in place of those it was
 * given; the same, and by this cell itself when no other can; nothing.
 */
export type Recovery = 'retry' | 'reacquire' | 'degrade' | 'fail';

/** A run as far as placement needs to know it. */
export interface Scheduled {
  readonly runId: RunId;
  readonly target: Target;
  readonly memoryBytes: number;
  readonly deadlineMs: number;
  readonly affinity?: Affinity;
  readonly strategy?: Strategy;
  readonly near?: readonly CellId[];
  /** `retry` when absent. */
  readonly recovery?: Recovery;
  /** How often it may begin, at different cells; once when absent. */
  readonly attemptsMax?: number;
  /** How many attempts it has behind it. */
  readonly attemptsMade?: number;
  /** Cells that have had it. */
  readonly visited?: readonly CellId[];
}

/** An attempt that ended without an outcome; `begun` tells whether the cell may have started to run it. */
export interface AttemptFault {
  readonly failure: FabricFailure;
  readonly begun: boolean;
}

/** An attempt that came to nothing because of its cell. */
export interface LostAttempt {
  readonly attempt: number;
  readonly cell: CellId;
  readonly failure: FabricFailure;
}

/** How a run is taken to a cell; placement does not know what a run is. */
export interface SchedulerPorts<Run, Done> {
  candidates(run: Run): readonly Candidate[];
  /** One attempt at one cell; the run carries what is left of its deadline. */
  deliver(to: CellId, run: Run, attempt: number): Promise<Result<Done, AttemptFault>>;
  /** Asks a cell that has the run to stop it. */
  cancel(runId: RunId, at: CellId): void;
  /** Why an outcome says more about its cell than about the tasklet; undefined when it stands. */
  lossOf(done: Done): FabricFailure | undefined;
  /** Whether a run that has been under way for so long lags far behind its siblings. */
  isStraggler?(run: Run, elapsedMs: number): boolean;
  /** Cells that this cell does not trust any more. */
  distrusted?(): ReadonlySet<CellId>;
}

export interface Placed<Done> {
  readonly cell: CellId;
  readonly done: Done;
  readonly attempt: number;
  readonly lost: readonly LostAttempt[];
  /** Fell back to this cell, or to fewer replicas than were wished for. */
  readonly isDegraded: boolean;
}
