import type { Bytes, CellId, FabricErrorCode, FabricFailure, LeaseId, Result } from '../../core/index.ts';
import type { Recovery } from '../../placement/index.ts';
import type { MemoryOperation, ProgramLease, ProgramNode } from '../program.ts';
import type { Artifacts } from '../snapshot.ts';
import type { Abort } from '../run/index.ts';

/** One input of a node, with a word for it. */
export interface NodeItem {
  readonly label: string;
  readonly bytes: Bytes;
}

/** One run that the graph has made. */
export interface GraphRun {
  readonly input: string;
  /** Attempts it took; more than one where the program says so. */
  readonly attempts: number;
  readonly artifacts: Artifacts;
}

export type NodeStatus = 'waiting' | 'running' | 'succeeded' | 'degraded' | 'failed' | 'skipped';

export interface NodeOutcome {
  readonly node: string;
  readonly tasklet: string;
  /** `degraded`: some of its runs failed, and the program lets the graph go on without them. */
  readonly status: Exclude<NodeStatus, 'waiting' | 'running'>;
  readonly runs: readonly GraphRun[];
  /** Why it did not succeed, where no single run can tell: no leases for it, or one of them over. */
  readonly failure?: FabricFailure;
}

/** A shared lease, taken. */
export interface GraphLease {
  readonly leaseId?: LeaseId;
  readonly lessor?: CellId;
  /** Why it can be used no more; undefined while it lives. */
  lost(): Promise<FabricFailure | undefined>;
  /** All of its bytes as they are now. Rejects with a `FabricError`. */
  read(): Promise<Bytes>;
  free(): Promise<void>;
}

/** A lease as a run is handed it. */
export interface HandedLease<Lease> {
  readonly lease: Lease;
  readonly operations: readonly MemoryOperation[];
}

/** What a graph needs of its surroundings. */
export interface GraphDoors<Lease extends GraphLease = GraphLease> {
  /** Inputs from the program's own files; one empty one when the node has no input. */
  readonly filesFor: (node: ProgramNode) => Promise<readonly NodeItem[]>;
  readonly run: (node: ProgramNode, input: NodeItem, leases: readonly HandedLease<Lease>[]) => Promise<Artifacts>;
  /** What the program says about a failure of this node's tasklet. */
  readonly recoveryFrom: (node: ProgramNode, code: FabricErrorCode) => Recovery;
  /** Takes all of these or none, in this order; asks again for so long where there is no room. */
  readonly acquire: (
    leases: readonly ProgramLease[],
    waitMs: number,
  ) => Promise<Result<readonly Lease[], FabricFailure>>;
}

/** Whoever looks on while a graph runs. */
export interface GraphWatch {
  /** Called after each change, with everything there is to know. */
  readonly progress?: (progress: GraphProgress) => void;
  /** Ends it: runs under way are cancelled, nothing else begins. */
  readonly signal?: Abort;
}

/** Where a graph stands. Plain data. */
export interface GraphProgress {
  readonly leases: readonly LeaseProgress[];
  readonly nodes: readonly NodeProgress[];
}

export interface LeaseProgress {
  readonly name: string;
  readonly state: 'wanted' | 'held' | 'lost' | 'freed';
  readonly sizeBytes: number;
  readonly leaseId?: LeaseId;
  readonly lessor?: CellId;
  /** Why it is not held. */
  readonly failure?: FabricFailure;
}

export interface NodeProgress {
  readonly node: string;
  readonly tasklet: string;
  readonly status: NodeStatus;
  /** Runs it makes, as far as is known, and how many of them have ended. */
  readonly runs: number;
  readonly ended: number;
  readonly failed: number;
  readonly failure?: FabricFailure;
}
