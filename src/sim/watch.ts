import type { AuditRecord } from '../audit/index.ts';
import type { Bytes, FabricFailure, Result, RunId } from '../core/index.ts';
import type { Artifacts, RunRequest } from '../sdk/index.ts';
import type { TaskletResult } from '../tasklet/index.ts';
import type { Frame } from '../wire/index.ts';
import type { SimRun } from './ports/index.ts';
import type { SimTab } from './tab.ts';

/** Everything that can be seen of a fabric from outside its cells. Whoever watches changes nothing. */
export interface Watch {
  /** An event has happened at this tab, or to the world, and all it set off at once is done. */
  stepped?(tab: SimTab | undefined): void;
  opened?(tab: SimTab): void;
  /** The tab is gone; it takes no further step. */
  gone?(tab: SimTab): void;
  submitted?(tab: SimTab, runId: RunId, request: RunRequest): void;
  /** What the submitter's own call answered. */
  answered?(tab: SimTab, runId: RunId, result: Result<Artifacts, FabricFailure>): void;
  stored?(tab: SimTab, runId: string, artifacts: Artifacts): void;
  runStarted?(tab: SimTab, run: SimRun): void;
  runSettled?(tab: SimTab, run: SimRun, result: TaskletResult): void;
  /** A record was added to the audit chain of the cell in this tab. */
  sealed?(tab: SimTab, record: AuditRecord): void;
  /** A whole message on its way from one tab to another; `bytes` is its payload. */
  sent?(from: SimTab, to: SimTab, frame: Frame, bytes: Bytes): void;
}
