import type { CellId, LeaseId, RunId } from '../../core/index.ts';
import type {
  Artifacts,
  AuditExport,
  FabricSnapshot,
  LeaseTier,
  LeaseView,
  NodeOutcome,
  PolicyView,
  Program,
  RevokeResult,
  RunRequest,
  RunTarget,
  StewardLease,
  StewardWish,
} from '../../sdk/index.ts';

/** One run, as bytes that travel through JSON. */
export interface SeatRun {
  readonly program: string;
  readonly tasklet: string;
  readonly moduleBase64: string;
  readonly inputBase64: string;
  readonly on: RunTarget;
  readonly fuel: number;
  readonly memoryBytes: number;
  readonly deadlineMs: number;
  readonly priority: LeaseTier;
  /** What is done when its cell is lost; the fabric's own choice without it. */
  readonly recovery?: RunRequest['recovery'];
  /** Time of leases to take for this run and give back after it; without it the fabric takes its own. */
  readonly leaseTtlMs?: number | undefined;
}

/** A whole program, with the bytes that its URLs stand for. */
export interface SeatProgram {
  readonly program: Program;
  /** Base64, by URL. */
  readonly files: Readonly<Record<string, string>>;
}

/** Whoever waits: hears what happens, and may give up. */
export interface SeatWatch {
  readonly say: (text: string) => void;
  readonly givenUp: AbortSignal;
}

/** The audit chain of one of the seat's own cells. */
export interface CellAudit extends AuditExport {
  readonly cell: CellId;
  readonly name: string;
}

/** What became of a wish of the steward's. */
export interface StewardDone {
  /** The rules that hold now, when it has changed them. */
  readonly policy?: PolicyView;
  readonly leases: readonly StewardLease[];
  /** Cells that were asked and did not answer. */
  readonly silent: readonly CellId[];
  readonly result?: RevokeResult | 'unfenced';
}

/** What the command can do in a fabric. Every failure is a `CommandError`, with the fabric's own code where it has one. */
export interface Seat {
  /** What each cell of the seat sees; the first one submits runs. */
  snapshots(): Promise<readonly FabricSnapshot[]>;
  /** Runs to the end, whatever the outcome. */
  run(run: SeatRun, watch: SeatWatch): Promise<Artifacts>;
  /** Runs a program in the order of its graph, and gives back what it took, whatever the outcome. */
  runProgram(order: SeatProgram, watch: SeatWatch): Promise<readonly NodeOutcome[]>;
  /** Artifacts that a cell of the seat has kept. */
  artifacts(runId: RunId): Promise<Artifacts | undefined>;
  /** Gives back a lease that a cell of the seat holds. Whether there was one. */
  free(leaseId: LeaseId): Promise<boolean>;
  /** Takes back a lease that a cell of the seat lends. */
  revoke(leaseId: LeaseId, graceMs: number): Promise<RevokeResult>;
  /** Lends again what a fenced lease had. Whether there was a fence. */
  unfence(leaseId: LeaseId): Promise<boolean>;
  audits(): Promise<readonly CellAudit[]>;
  /** Does it as the steward of the fabric; fails with `not_steward` when no cell of the seat has its key. */
  steward(wish: StewardWish): Promise<StewardDone>;
}

/** Every lease that any cell of the seat lends or holds, once, as its lessor sees it where that is one of them. */
export function mergedLeases(snapshots: readonly FabricSnapshot[]): readonly LeaseView[] {
  const merged = new Map<LeaseId, LeaseView>();
  for (const { self, leases } of snapshots) {
    for (const lease of leases)
      if (lease.lessor === self || !merged.has(lease.leaseId)) merged.set(lease.leaseId, lease);
  }
  return [...merged.values()];
}
