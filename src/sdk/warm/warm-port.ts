import type { WarmDoor } from '../../cell/index.ts';
import type { FabricFailure, Result, RunId } from '../../core/index.ts';
import type { WarmOrder } from '../program.ts';

/** The host as warm tasklets reach it. Refusals come as values; a call rejects only when the host is no more. */
export interface WarmPort {
  /** Has one instance kept, under an id of the caller's. */
  openWarm(warmId: RunId, order: WarmOrder): Promise<Result<WarmDoor, FabricFailure>>;
}
