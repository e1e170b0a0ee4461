import type { Bytes, CellId, ContentHash, FabricErrorCode, FabricFailure, LeaseId } from '../core/index.ts';
import type { Operation } from '../capability/index.ts';
import type { LeaseTier } from '../lease/index.ts';
import type { Affinity, Recovery, Strategy } from '../placement/index.ts';

/** A program as the page and the command offer it: what its `grafos.toml` declares, with its tasklets built. */
export interface Program {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly summary: string;
  /** What running it teaches, in three sentences. */
  readonly lesson: string;
  readonly tasklets: readonly ProgramTasklet[];
  readonly fixtures: readonly ProgramFixture[];
  /** Memory that nodes of the graph share. */
  readonly leases: readonly ProgramLease[];
  /** The nodes of the graph, each behind those it waits for; empty when the program has no graph. */
  readonly graph: readonly ProgramNode[];
}

export interface ProgramTasklet {
  readonly name: string;
  readonly summary: string;
  /** SHA-256 of the built module: its name everywhere. */
  readonly module: ContentHash;
  /** Where the page finds the module, relative to the page. */
  readonly moduleUrl: string;
  readonly fuel: number;
  readonly memoryBytes: number;
  readonly deadlineMs: number;
  /** How many leases of memory a run of it is to be handed, as `memory`. */
  readonly leases: number;
  /** Media type of the output, such as `image/png` or `application/json`. */
  readonly outputType: string;
  /** What kinds of input make sense: media types; empty when any do. */
  readonly inputTypes: readonly string[];
  /** The tier of the leases that its runs take. */
  readonly priority: LeaseTier;
  /** What is done about each failure, as far as the program says. */
  readonly recovery: TaskletRecovery;
}

/** What a program may say of each failure; what it says nothing of fails. */
export type TaskletRecovery = Readonly<Partial<Record<RecoverableCode, Recovery | undefined>>>;

export type RecoverableCode = Extract<
  FabricErrorCode,
  'lease_expired' | 'revoked' | 'capacity_exceeded' | 'fenced' | 'disconnected' | 'fuel_exhausted'
>;

/** A lease of memory that is taken before the graph runs, renewed while it does, and freed after it. */
export interface ProgramLease {
  readonly name: string;
  readonly sizeBytes: number;
  readonly ttlMs: number;
  readonly priority: LeaseTier;
}

/** One tasklet's place in the program. */
export interface ProgramNode {
  readonly name: string;
  readonly tasklet: string;
  /** Nodes that must have ended before: those it says, and the one whose output is its input. */
  readonly after: readonly string[];
  /** One run for each of many inputs, rather than one run for all. */
  readonly isFannedOut: boolean;
  readonly input: NodeInput;
  /** Shared leases handed to its tasklet, in this order. */
  readonly leases: readonly NodeLease[];
}

/** Nothing; a fixture; fixtures by a pattern with `*`; what another node has put out; the bytes of a shared lease. */
export type NodeInput =
  { readonly kind: 'none' } | { readonly kind: 'fixture' | 'fixtures' | 'output' | 'lease'; readonly name: string };

/** What a tasklet may do with the bytes of a lease. */
export type MemoryOperation = Extract<Operation, 'read' | 'write' | 'atomic'>;

export interface NodeLease {
  readonly name: string;
  /** All there are where the program says nothing. */
  readonly operations: readonly MemoryOperation[];
}

export interface ProgramFixture {
  readonly name: string;
  readonly url: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
}

/** Where a run may go: the best cell, the best cell other than this one, or one cell by id. */
export type RunTarget = 'any' | 'other' | CellId;

/** One run, as a program author asks for it. */
export interface RunRequest {
  readonly program: string;
  readonly tasklet: string;
  readonly module: Bytes;
  readonly input: Bytes;
  readonly on?: RunTarget;
  /** Fuel budget in units (ABI.md §6); 500,000 unless said otherwise. */
  readonly fuel?: number;
  /** Bound of the tasklet's memory in bytes; 32 MiB unless said otherwise. */
  readonly memoryBytes?: number;
  /** A cpu and a mem lease of one cell, taken or opened by this one, to run on; the run then goes to that cell. */
  readonly leases?: { readonly cpu: LeaseId; readonly mem: LeaseId };
  /**
   * Memory that the tasklet works on, at most 16; it counts them in this order, from 0. By LeaseRef, or leases that this
   * cell holds, of which each attempt gets a fresh LeaseRef: a run that waits outlives renewals so.
   */
  readonly memory?: readonly (string | HeldMemory)[];
  /** From submission to end; 30,000 unless said otherwise. */
  readonly deadlineMs?: number;
  /** Cells it must, or had better, go to. */
  readonly affinity?: Affinity;
  /**
   * Which of the cells that could take it does: the emptiest (`spread`), the fullest (`binpack`), or the one that lends the
   * memory it works on (`locality`). `locality` for a run with `memory`, else `spread`.
   */
  readonly strategy?: Strategy;
  /** The tier of the leases taken for it; `standard` unless said otherwise. */
  readonly priority?: LeaseTier;
  /**
   * What is done when its cell is lost: try again elsewhere (`retry`); the same, with fresh leases in place of `leases`
   * (`reacquire`); the same, and on this cell or on fewer cells than `verify` asks when no others can (`degrade`); nothing
   * (`fail`). `retry` unless it has `leases` or `memory`, whose tasklet may already have changed something: then `fail`.
   */
  readonly recovery?: Recovery;
  /** How often it may begin, each time at another cell, 1 to 8; 2 unless said otherwise. */
  readonly attempts?: number;
  /** So many different cells do it, and what most of them say is its outcome; 2 to 16. Not with `memory` or `leases`. */
  readonly verify?: number;
}

/** A lease of memory that this cell holds, for a run. */
export interface HeldMemory {
  readonly leaseId: LeaseId;
  /** What the run may do with its bytes; all there is unless said otherwise. */
  readonly operations?: readonly MemoryOperation[];
}

/** What the runs of a map have in common. */
export type MapOrder = Omit<RunRequest, 'input' | 'leases'>;

/** A tasklet that is to stay warm: opened once, called many times. */
export interface WarmOrder extends Pick<
  RunRequest,
  'program' | 'tasklet' | 'module' | 'on' | 'memoryBytes' | 'leases' | 'priority'
> {
  /** LeaseRefs of memory that the tasklet works on, at most 16; it counts them in this order, from 0. */
  readonly memory?: readonly string[];
  /** Fuel budget of each call; 500,000 unless said otherwise. */
  readonly fuel?: number;
  /** The longest one call may take, 1 to 60,000; 5,000 unless said otherwise. An instance that takes longer is ended. */
  readonly callMs?: number;
  /** Whether each call gets an instance of its own, which costs making it: nothing of one call is left for the next. */
  readonly fresh?: boolean;
}

/** A file that a person chose or dropped; a `File` of the browser is one. */
export interface PickedFile {
  /** Within the directory it came with; its own name when it came alone. */
  readonly path: string;
  readonly file: { readonly size: number; arrayBuffer(): Promise<ArrayBuffer> };
}

/** A program that a person brought. */
export interface LoadedProgram {
  /** SHA-256 of its bundle, which the command finds too. */
  readonly id: ContentHash;
  readonly program: Program;
  readonly sizeBytes: number;
  /** Whether it is here again after a reload. */
  readonly isKept: boolean;
}

export type LoadAnswer =
  { readonly ok: true; readonly loaded: LoadedProgram } | { readonly ok: false; readonly failure: FabricFailure };
