import type { Bytes, ContentHash, FabricFailure, Result } from '../core/index.ts';
import type { LeaseStand, TaskletOrder } from './host/index.ts';
import type { TaskletResult } from './run-module.ts';

/**
 * What runs tasklets: workers in a browser, a script in the simulator. The cell decides, the engine obeys.
 * Promises: every run settles, also when its worker dies; a stopped run's slot is usable again at once.
 */
export interface TaskletEngine {
  /** Runs that can go at the same time. */
  readonly slots: number;
  /** Checks, meters and compiles a module; the same order twice costs nothing the second time. */
  admit(order: AdmissionOrder): Promise<Result<AdmittedTasklet, FabricFailure>>;
  run(tasklet: AdmittedTasklet, order: RunOrder): RunningTasklet;
  /** Stops every worker. */
  close(): void;
}

export interface AdmissionOrder {
  readonly hash: ContentHash;
  readonly memoryBytesMax: number;
  readonly bytes: Bytes;
}

/** An admitted module, as the engine knows it. */
export interface AdmittedTasklet {
  readonly hash: ContentHash;
  /** The bound its memory was clamped to. */
  readonly memoryPagesMax: number;
}

/**
 * A lease of memory handed to a run, as an engine reaches its bytes. Every call settles; after the end of the lease with
 * the failure of that end.
 */
export interface RunRegion {
  readonly sizeBytes: number;
  /** The buffer itself, when it is in this tab, and the epoch it may be touched under (MEMORY.md §1). */
  readonly shared?: { readonly buffer: SharedArrayBuffer; readonly epoch: number };
  /** Executes a batch and answers its answers (MEMORY.md §2). */
  operate(batch: Bytes): Promise<Result<Bytes, FabricFailure>>;
  /** Waits for the word at `offset` to be notified: how the wait ended. */
  wait(
    offset: number,
    expected: number,
    timeoutMs: number,
  ): Promise<Result<'woken' | 'not_equal' | 'timed_out', FabricFailure>>;
  query(): Promise<Result<LeaseStand, FabricFailure>>;
  /** For as long as before when `ttlMs` is absent. */
  renew(ttlMs?: number): Promise<Result<unknown, FabricFailure>>;
  /** Gives the lease up: ends it where this cell took it, else closes it here. */
  free(): Promise<void>;
}

export interface RunOrder extends TaskletOrder {
  /** By index (ABI.md §8). */
  readonly regions: readonly RunRegion[];
  progress(done: number, total: number): void;
}

export interface RunningTasklet {
  /** How it ended. A run that was stopped ends `failed` with the failure it was stopped for. */
  readonly finished: Promise<TaskletResult>;
  /** Ends the run now, whatever it is doing. */
  stop(cause: FabricFailure): void;
}
