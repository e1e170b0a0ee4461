import type { Bytes, ContentHash, FabricFailure, Result, RunId } from '../../core/index.ts';
import type { CallEnd, RunRegion, TaskletResult, TranscriptEnd } from '../../tasklet/index.ts';

/** To a tasklet worker: one run, of a module that is admitted, metered and compiled. */
export interface RunMessage {
  readonly kind: 'run';
  readonly module: WebAssembly.Module;
  readonly runId: RunId;
  readonly context: Bytes;
  readonly input: Bytes;
  readonly submittedWallMs: number;
  readonly fuelLimit: number;
  readonly memory?: HandedMemoryMessage;
}

/** To a tasklet worker: an instance to keep for many calls. */
export interface KeepMessage {
  readonly kind: 'keep';
  readonly module: WebAssembly.Module;
  readonly hash: ContentHash;
  readonly warmId: RunId;
  readonly context: Bytes;
  readonly submittedWallMs: number;
  readonly fuelLimit: number;
  readonly isFresh: boolean;
  /** Where its calls come from; by messages, one at a time, where memory cannot be shared. */
  readonly ring?: SharedArrayBuffer;
  readonly memory?: HandedMemoryMessage;
}

export type ToTaskletWorker =
  RunMessage | KeepMessage | { readonly kind: 'call'; readonly input: Bytes } | { readonly kind: 'finish' };

/** The leases of memory that a run was handed, as its worker needs them. */
export interface HandedMemoryMessage {
  /** By index; `shared` where the worker shares the bytes. */
  readonly regions: readonly Pick<RunRegion, 'sizeBytes' | 'shared'>[];
  readonly mailbox: SharedArrayBuffer;
  /** The worker's number among the threads that share memory. */
  readonly threadNumber: number;
}

/** From a tasklet worker. */
export type TaskletWorkerMessage =
  | { readonly kind: 'ready' }
  /** There is something in the mailbox. */
  | { readonly kind: 'asked' }
  /** No instance can be made while others hold on to memories that nobody uses any more. */
  | { readonly kind: 'crowded' }
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'finished'; readonly result: TaskletResult }
  /** The init of a kept instance has ended so. */
  | { readonly kind: 'opened'; readonly end: CallEnd }
  /** The call that came as a message has ended so, and the transcript is now that. */
  | { readonly kind: 'called'; readonly end: CallEnd; readonly transcript: TranscriptEnd }
  /** A kept instance has come to its end, and the worker is free again. */
  | { readonly kind: 'kept'; readonly transcript: TranscriptEnd };

/** To the compiler worker: a module to admit, or one this profile has admitted and metered before. */
export type CompileMessage = { readonly id: number } & (
  | { readonly kind: 'admit'; readonly hash: ContentHash; readonly bytes: Bytes; readonly memoryBytesMax: number }
  | { readonly kind: 'known'; readonly metered: MeteredBytes }
);

/** A module that was admitted here, rewritten by this version of the meter. */
export interface MeteredBytes {
  readonly bytes: Bytes;
  readonly memoryPagesMax: number;
}

export interface CompiledTasklet {
  readonly module: WebAssembly.Module;
  readonly memoryPagesMax: number;
  /** What to keep for next time; absent when it was known. */
  readonly metered?: MeteredBytes;
}

/** From the compiler worker. */
export interface CompiledMessage {
  readonly id: number;
  readonly compiled: Result<CompiledTasklet, FabricFailure>;
}
