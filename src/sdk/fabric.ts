import type { LeaseId, RunId } from '../core/index.ts';
import type { RunRequest } from './program.ts';
import type { Artifacts, FabricSnapshot } from './snapshot.ts';

/** A fabric this tab has joined. Every failure is a `FabricError` with a code and a recovery. */
export interface Fabric {
  /** The latest snapshot; the same object until something changes. */
  snapshot(): FabricSnapshot;
  /** Calls `listener` after each change, at most once a frame; answers how to stop. */
  subscribe(listener: (snapshot: FabricSnapshot) => void): () => void;
  /** Starts a run and answers at once. */
  start(request: RunRequest): RunHandle;
  /** Runs to the end and answers its artifacts. Rejects with the run's own failure. */
  run(request: RunRequest): Promise<Artifacts>;
  /** Artifacts of a finished run, this tab's or an earlier one's of this browser profile. */
  artifacts(runId: RunId): Promise<Artifacts | undefined>;
  /** Frees a lease this cell holds. Harmless when it has ended. */
  freeLease(leaseId: LeaseId): Promise<void>;
  /** Gives this cell another name; up to 48 bytes. */
  rename(name: string): Promise<void>;
  /** Says goodbye and closes every link. */
  leave(): Promise<void>;
}

export interface RunHandle {
  readonly runId: RunId;
  /** Resolves with the artifacts whatever the outcome; rejects only when there can be none. */
  readonly finished: Promise<Artifacts>;
  cancel(): void;
}
