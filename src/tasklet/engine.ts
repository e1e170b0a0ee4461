import type { Bytes, ContentHash, FabricFailure, Result, RunId } from '../core/index.ts';
import type { LeaseStand, TaskletOrder } from './host/index.ts';
import type { TaskletResult } from './result.ts';
import type { CallEnd, TranscriptEnd } from './warm/index.ts';

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
  /** Keeps an instance for many calls. It takes a slot until it has ended. */
  keep(tasklet: AdmittedTasklet, order: KeepOrder): KeptTasklet;
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

export interface KeepOrder {
  readonly warmId: RunId;
  readonly context: Bytes;
  readonly submittedWallMs: number;
  /** Of each call. */
  readonly fuelLimit: number;
  /** The longest one call, or init, may take: an instance that takes longer is ended. */
  readonly callMs: number;
  /** Whether each call gets an instance of its own. */
  readonly isFresh: boolean;
  /** By index (ABI.md §8). */
  readonly regions: readonly RunRegion[];
  /** For how long calls may begin, from now on. */
  readonly remainingMs: number;
}

/** How a kept instance ended, and what it had done until then. */
export interface KeptEnd extends TranscriptEnd {
  /** Absent when it was finished in good order. */
  readonly error?: FabricFailure;
}

/** An instance that lives between calls (ABI.md §9). Every call settles. */
export interface KeptTasklet {
  /** How its init ended; nothing is called before. */
  readonly opened: Promise<CallEnd>;
  readonly ended: Promise<KeptEnd>;
  /** Where a caller in this tab meets it without the cell; whoever takes it is its only caller. */
  readonly shared?: SharedArrayBuffer;
  /** Calls are done one after the other, in order. */
  call(input: Bytes): Promise<CallEnd>;
  /** Calls may begin for so long from now on. */
  extend(remainingMs: number): void;
  /** Lets it come to its end: finalize, once the calls asked before are done. */
  finish(): void;
  /** Ends it now, whatever it is doing. */
  stop(cause: FabricFailure): void;
}

export interface RunningTasklet {
  /** How it ended. A run that was stopped ends `failed` with the failure it was stopped for. */
  readonly finished: Promise<TaskletResult>;
  /** Ends the run now, whatever it is doing. */
  stop(cause: FabricFailure): void;
}
