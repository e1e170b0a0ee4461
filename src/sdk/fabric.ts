/// <reference lib="esnext.disposable" />
import type { CellId, LeaseId, RunId } from '../core/index.ts';
import type { RevokeResult } from '../lease/index.ts';
import type { ByHand } from './by-hand.ts';
import type { LeaseBuilders, LeaseEvent, LeaseHandle } from './lease/index.ts';
import type { FabricNews, ListenOptions } from './news.ts';
import type { MapOrder, RunRequest, WarmOrder } from './program.ts';
import type { FabricSteward } from './steward/index.ts';
import type { Abort, FabricMap, MapInputs, MapOptions } from './run/index.ts';
import type { Artifacts, AuditExport, FabricEvent, FabricSnapshot } from './snapshot.ts';
import type { WarmOptions, WarmTasklet } from './warm/index.ts';

/** What can be listened to: the snapshot after a change, an entry of the event log, news of a lease. */
export interface FabricNewsOf {
  readonly change: FabricSnapshot;
  readonly event: FabricEvent;
  readonly lease: LeaseEvent;
}

export interface StartOptions {
  /** Cancels the run. */
  readonly signal?: Abort;
}

/** A fabric this tab has joined. Every failure is a `FabricError` with a code and a recovery. */
export interface Fabric extends AsyncDisposable {
  /** The latest snapshot; the same object until something changes. */
  snapshot(): FabricSnapshot;
  /** Calls `listener` after each change, at most once a frame; answers how to stop. */
  subscribe(listener: (snapshot: FabricSnapshot) => void): () => void;
  /** Starts a run and answers at once. */
  start(request: RunRequest, options?: StartOptions): RunHandle;
  /**
   * Runs to the end and answers its artifacts. Rejects with the run's own failure.
   *
   * ```js
   * const { response } = await fabric.run({ program: 'hello', tasklet: 'hello', module, input, verify: 3 });
   * ```
   */
  run(request: RunRequest, options?: StartOptions): Promise<Artifacts>;
  /**
   * Runs one module over many inputs, on as many cells as there are, and streams the results.
   *
   * ```js
   * for await (const { index, output } of fabric.map(request, tiles, { order: 'completed' })) draw(index, output);
   * ```
   */
  map(order: MapOrder, inputs: MapInputs, options?: MapOptions): FabricMap;
  /**
   * Opens a tasklet once, to call it many times without a run, a message or a signature for each.
   *
   * ```js
   * await using warm = await fabric.warm({ program: 'hello', tasklet: 'hello', module, on: 'other' }, { workers: 2 });
   * const { output } = await warm.call(input);
   * for await (const { index, output } of warm.calls(inputs)) show(index, output);
   * ```
   */
  warm(order: WarmOrder, options?: WarmOptions): Promise<WarmTasklet>;
  /** `fabric.addEventListener('lease', ({ detail }) => …, { signal })`, as of an `EventTarget`. */
  addEventListener<Type extends keyof FabricNewsOf>(
    type: Type,
    listener: (news: FabricNews<Type, FabricNewsOf[Type]>) => void,
    options?: ListenOptions,
  ): void;
  removeEventListener<Type extends keyof FabricNewsOf>(
    type: Type,
    listener: (news: FabricNews<Type, FabricNewsOf[Type]>) => void,
  ): void;
  /** Entries of the event log from now on. */
  events(): AsyncIterable<FabricEvent>;
  /** Artifacts of a finished run, this tab's or an earlier one's of this browser profile. */
  artifacts(runId: RunId): Promise<Artifacts | undefined>;
  /** Takes leases: `fabric.lease.cpu({ slots: 2 }).ttl(10_000).on(cell).acquire()`. */
  readonly lease: LeaseBuilders;
  /** Opens a lease that another cell took, by the LeaseRef it gave or by a link that carries one. */
  openLease(ref: string): Promise<LeaseHandle>;
  /** Finds a lease of this cell again after a reload: at `on`, or wherever it is. */
  attachLease(leaseId: LeaseId, on?: CellId): Promise<LeaseHandle>;
  /** The handle of a lease that this cell holds or has open now. */
  heldLease(leaseId: LeaseId): LeaseHandle | undefined;
  /** Frees a lease this cell holds; one it has open is closed. Harmless when it has ended. */
  freeLease(leaseId: LeaseId): Promise<void>;
  /**
   * Takes back a lease that this cell lends: its holders are warned and have `graceMs` (none unless said otherwise, up to
   * 60,000) to save their work. Answers at most a second after that: `torn_down`, `fenced` or `not_found`.
   */
  revokeLease(leaseId: LeaseId, options?: { readonly graceMs?: number }): Promise<RevokeResult>;
  /** Lends again what a fenced lease of this cell had. Whether there was a fence. */
  unfenceLease(leaseId: LeaseId): Promise<boolean>;
  /** What happens to leases from now on, those this cell lends and those it holds. */
  leaseEvents(): AsyncIterable<LeaseEvent>;
  /** What the steward of this fabric may do; refused with `not_steward` to everybody else. */
  readonly steward: FabricSteward;
  /** Everything that happened to the leases this cell lends, sealed record by record. */
  audit(): Promise<AuditExport>;
  /** Links that two people make by exchanging texts, where no signaling service reaches both. */
  readonly byHand: ByHand;
  /** Gives this cell another name; up to 48 bytes. */
  rename(name: string): Promise<void>;
  /** Says goodbye and closes every link. */
  leave(): Promise<void>;
}

export interface RunHandle extends AsyncDisposable {
  readonly runId: RunId;
  /** Resolves with the artifacts whatever the outcome; rejects only when there can be none. */
  readonly finished: Promise<Artifacts>;
  cancel(): void;
}
