import type { Bytes, CellId, ContentHash, LeaseId } from '../core/index.ts';

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
  /** Media type of the output, such as `image/png` or `application/json`. */
  readonly outputType: string;
  /** What kinds of input make sense: media types; empty when any do. */
  readonly inputTypes: readonly string[];
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
  /** LeaseRefs of memory that the tasklet works on, at most 16; it counts them in this order, from 0. */
  readonly memory?: readonly string[];
  /** From submission to end; 30,000 unless said otherwise. */
  readonly deadlineMs?: number;
}
