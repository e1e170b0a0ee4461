import {
  fromBase64,
  type Bytes,
  type CellId,
  type ContentHash,
  type FabricFailure,
  type FabricId,
  type LeaseId,
  type RunId,
} from '../core/index.ts';
import type { LeaseTier, RevokeState } from '../lease/index.ts';
import type { WaitingView } from '../steward/index.ts';
import type { PolicyView } from './steward/index.ts';
import type { LostAttempt, Verdict } from '../placement/index.ts';

/** All that can be seen of a fabric from one cell, at one instant. Plain, frozen data; the page draws nothing else. */
export interface FabricSnapshot {
  readonly phase: FabricPhase;
  /** Why joining failed, when phase is `failed`. */
  readonly failure?: FabricFailure;
  readonly fabric: { readonly id: FabricId; readonly name: string; readonly joinUrl: string };
  readonly self: CellId;
  /** This cell first, then the others by name. */
  readonly cells: readonly CellView[];
  /** Runs this cell submitted or executes, newest first, bounded. */
  readonly runs: readonly RunView[];
  /** Leases this cell grants or holds, newest first; ended ones stay for a few seconds. */
  readonly leases: readonly LeaseView[];
  /** What happened, oldest first, bounded. */
  readonly events: readonly FabricEvent[];
  readonly signaling: SignalingView;
  /** Peer connections of this page: those open, and all it has made; browsers stop at some 500, closed ones included. */
  readonly connections: { readonly open: number; readonly made: number };
  /** The rules that the steward has set; absent while there are none. */
  readonly policy?: PolicyView;
  /** This cell waits to be let in, when phase is `waiting`. */
  readonly lobby?: LobbyView;
  /** Absent where the link names no steward. */
  readonly steward?: StewardView;
  /** When this was taken, on the reader's own monotonic clock. */
  readonly takenAtMs: number;
}

/** `waiting`: in the lobby, until the steward lets this cell in. */
export type FabricPhase = 'joining' | 'waiting' | 'ready' | 'left' | 'failed';

export interface LobbyView {
  /** What the steward sees beside this cell's name. */
  readonly code: string;
  /** Whether the steward has a tab in the fabric now; without one nobody can be let in. */
  readonly isStewardHere: boolean;
  readonly waitedMs: number;
}

export interface StewardView {
  /** Whether this tab's profile has the steward's key. */
  readonly isMine: boolean;
  readonly isHere: boolean;
  /** Who waits to be let in, longest first; only the steward is told. */
  readonly waiting: readonly WaitingView[];
}

export interface CellView {
  readonly id: CellId;
  readonly name: string;
  readonly isSelf: boolean;
  /** `suspect`: silent for a while; `gone`: left or given up, kept for a few seconds. */
  readonly state: 'alive' | 'suspect' | 'gone';
  readonly slotsTotal: number;
  readonly slotsFree: number;
  readonly memoryBytesTotal: number;
  readonly memoryBytesFree: number;
  /** Round trip to that cell; absent for this cell and before the first answer. */
  readonly roundTripMs?: number;
  /** How this cell's link to it goes; absent for this cell, and where there is none. */
  readonly link?: LinkView;
  /** Whether its tab is in front. */
  readonly isVisible: boolean;
}

/** `direct`: straight; `turn`: through a TURN server; `relayed`: through another cell, which sees ciphertext alone. */
export interface LinkView {
  readonly path: 'direct' | 'turn' | 'relayed';
  /** The cell that carries a relayed link. */
  readonly via?: CellId;
}

export type RunStatus = 'queued' | 'placed' | 'admitted' | 'running' | 'succeeded' | 'failed' | 'cancelled';

export interface RunView {
  readonly runId: RunId;
  readonly program: string;
  readonly tasklet: string;
  readonly submitter: CellId;
  /** Where it runs; absent while queued. */
  readonly cell?: CellId;
  readonly status: RunStatus;
  /** Which attempt this is; absent for the first. */
  readonly attempt?: number;
  readonly progress?: { readonly done: number; readonly total: number };
  readonly fuelUsed?: number;
  readonly fuelLimit: number;
  /** Unix time of submission. */
  readonly submittedWallMs: number;
  /** From submission to end, or to now. */
  readonly wallMs: number;
  readonly failure?: FabricFailure;
  readonly outputBytes?: number;
}

export type LeaseKind = 'cpu' | 'mem';

export interface LeaseView {
  readonly leaseId: LeaseId;
  readonly kind: LeaseKind;
  readonly lessor: CellId;
  readonly holder: CellId;
  /** Worker slots for `cpu`, bytes for `mem`. */
  readonly quantity: number;
  readonly state: 'active' | 'freed' | 'expired' | 'revoked';
  /** How far its end has got, under the original's labels: `active`, `grace_running`, `fenced` and so on. */
  readonly revokeState: RevokeState;
  readonly tier: LeaseTier;
  /** Everyone who may use it, as far as this cell knows: who took it, then those who have it open. */
  readonly holders: readonly CellId[];
  /** Whether this cell has it open by a LeaseRef, rather than having taken it or lending it. */
  readonly isOpened: boolean;
  readonly ttlMs: number;
  /** Time left at `takenAtMs`; 0 once ended. */
  readonly remainingMs: number;
  readonly generation: number;
  readonly runId?: RunId;
}

export interface FabricEvent {
  readonly wallMs: number;
  readonly level: 'info' | 'warn' | 'error';
  /** `cell.joined`, `run.finished`, `lease.expired` and the like: noun.verb. */
  readonly kind: string;
  readonly text: string;
}

export interface SignalingView {
  readonly url: string;
  readonly state: 'connecting' | 'connected' | 'lost';
  /** The rendezvous slot this cell keeps for newcomers, if any. */
  readonly slot?: number;
}

/** The audit chain of this cell, as far as this profile keeps it. */
export interface AuditExport {
  /** One record a line, oldest first, in canonical JSON: what `grafos audit verify` reads. */
  readonly lines: readonly string[];
  /** The place of the newest record. Whoever writes it down can tell later whether the chain was cut or rewritten. */
  readonly head: { readonly sequence: number; readonly hash: string };
}

/** What a finished run leaves. */
export interface Artifacts {
  readonly response: RunResponse;
  /** `output.b64`: the output in padded base64, one line. */
  readonly outputBase64: string;
}

/** The output of a run; none of a run that failed. */
export function outputOf({ outputBase64 }: Artifacts): Bytes {
  return fromBase64(outputBase64) ?? new Uint8Array(0);
}

/** `response.json`. */
export interface RunResponse {
  readonly runId: RunId;
  readonly program: string;
  readonly tasklet: string;
  readonly module: ContentHash;
  readonly input: ContentHash;
  readonly output: ContentHash;
  readonly outputBytes: number;
  readonly submitter: CellId;
  /** The cell that ran it; absent when none did. */
  readonly cell?: CellId;
  /** The attempt that came to this end. */
  readonly attempt: number;
  /** Earlier attempts, and how their cells were lost. */
  readonly lost?: readonly LostAttempt[];
  /** Ended on this cell or on fewer cells than were asked for, as `degrade` allows. */
  readonly isDegraded?: boolean;
  /** Which cells gave this result, and which gave another, when several were asked to do the run. */
  readonly verified?: Verdict;
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  readonly error?: FabricFailure;
  /** What the tasklet wrote as its response: any JSON value; null when it wrote none. */
  readonly response: unknown;
  readonly fuelUsed: number;
  readonly fuelLimit: number;
  readonly timings: {
    readonly submittedWallMs: number;
    readonly queuedMs: number;
    readonly admittedMs: number;
    readonly runMs: number;
    readonly wallMs: number;
  };
  readonly leases: readonly { readonly leaseId: LeaseId; readonly kind: LeaseKind; readonly quantity: number }[];
  readonly log: readonly string[];
  /** Proof that this output came from that module on that input at that cell; absent when no cell ran it. */
  readonly receipt?: {
    /** Ed25519 public key of the cell, whose id is derived from it, and the signature over ABI.md §7; hex. */
    readonly publicKey: string;
    readonly signature: string;
    /** SHA-256 of the response text as the tasklet wrote it; null when it wrote none. */
    readonly responseHash: ContentHash | null;
  };
}
