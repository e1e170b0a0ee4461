import type { Bytes, ContentHash, FabricFailure, Result } from '../core/index.ts';
import type { HostOrder } from './host.ts';
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

export interface RunOrder extends HostOrder {
  progress(done: number, total: number): void;
}

export interface RunningTasklet {
  /** How it ended. A run that was stopped ends `failed` with the failure it was stopped for. */
  readonly finished: Promise<TaskletResult>;
  /** Ends the run now, whatever it is doing. */
  stop(cause: FabricFailure): void;
}
