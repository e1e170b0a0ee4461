import type { Bytes, FabricFailure, Result, RunId } from '../../core/index.ts';
import type { MapOrder, RunRequest } from '../program.ts';
import type { Artifacts } from '../snapshot.ts';

/** The host as runs reach it. Refusals come as values; a call rejects only when the host is no more. */
export interface RunPort {
  submit(runId: RunId, request: RunRequest): Promise<Result<Artifacts, FabricFailure>>;
  cancel(runId: RunId): Promise<void>;
  artifacts(runId: RunId): Promise<Artifacts | undefined>;
  /** Begins a map under a name of the caller's, with what all of its runs have in common. */
  openMap(map: string, order: MapOrder): Promise<Result<void, FabricFailure>>;
  submitPart(map: string, runId: RunId, input: Bytes): Promise<Result<Artifacts, FabricFailure>>;
  closeMap(map: string): Promise<void>;
}
