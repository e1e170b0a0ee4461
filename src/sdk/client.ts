import {
  FabricError,
  freshId,
  isRunId,
  type CellId,
  type Clock,
  type FabricFailure,
  type LeaseId,
  type Random,
  type Result,
  type RunId,
} from '../core/index.ts';
import type { Thread } from '../memory/index.ts';
import type { RevokeResult } from '../lease/index.ts';
import { leaseRefIn } from './fabric-url.ts';
import type { Fabric, RunHandle } from './fabric.ts';
import {
  HeldLeaseHandle,
  LeaseBuilders,
  LeaseEvents,
  valueOrThrow,
  type LeaseEvent,
  type LeaseHandle,
  type LeasePort,
} from './lease/index.ts';
import type { RunRequest } from './program.ts';
import type { Artifacts, AuditExport, FabricSnapshot, LeaseView } from './snapshot.ts';

/** The host as the client reaches it. Refusals come as values; a call rejects only when the host is no more. */
export interface HostPort extends LeasePort {
  submit(runId: RunId, request: RunRequest): Promise<Result<Artifacts, FabricFailure>>;
  cancel(runId: RunId): Promise<void>;
  artifacts(runId: RunId): Promise<Artifacts | undefined>;
  audit(): Promise<Result<AuditExport, FabricFailure>>;
  rename(name: string): Promise<Result<void, FabricFailure>>;
  leave(): Promise<void>;
}

export interface ClientEnv {
  readonly clock: Clock;
  readonly random: Random;
  /** What this thread brings to regions whose bytes it shares; without it every region is reached by messages. */
  readonly thread?: Thread;
}

/** The {@link Fabric} of a tab: thin, over a host that lives elsewhere. */
export class FabricClient implements Fabric {
  readonly #port: HostPort;
  readonly #env: ClientEnv;
  readonly lease: LeaseBuilders;
  readonly #events = new LeaseEvents();
  readonly #listeners = new Set<(snapshot: FabricSnapshot) => void>();
  #snapshot: FabricSnapshot;

  constructor(port: HostPort, env: ClientEnv, first: FabricSnapshot) {
    this.#port = port;
    this.#env = env;
    this.#snapshot = this.#rebased(first);
    this.lease = new LeaseBuilders(async (order) => this.#handle(await port.acquireLease(order)));
  }

  snapshot(): FabricSnapshot {
    return this.#snapshot;
  }

  subscribe(listener: (snapshot: FabricSnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(request: RunRequest): RunHandle {
    const runId = freshId(this.#env.random, isRunId);
    return {
      runId,
      finished: this.#submitted(runId, request),
      cancel: () => void this.#port.cancel(runId).catch(() => undefined),
    };
  }

  async run(request: RunRequest): Promise<Artifacts> {
    const artifacts = await this.start(request).finished;
    const { error } = artifacts.response;
    if (error) throw new FabricError(error);
    return artifacts;
  }

  artifacts(runId: RunId): Promise<Artifacts | undefined> {
    return this.#port.artifacts(runId);
  }

  async openLease(ref: string): Promise<LeaseHandle> {
    return this.#handle(await this.#port.openLease(leaseRefIn(ref) ?? ref));
  }

  async attachLease(leaseId: LeaseId, on?: CellId): Promise<LeaseHandle> {
    return this.#handle(await this.#port.attachLease(leaseId, on));
  }

  heldLease(leaseId: LeaseId): LeaseHandle | undefined {
    const { leases, self } = this.#snapshot;
    const view = leases.find((lease) => lease.leaseId === leaseId && lease.state === 'active');
    return view?.holders.includes(self)
      ? new HeldLeaseHandle(this.#port, this.#events, view, this.#env.thread)
      : undefined;
  }

  freeLease(leaseId: LeaseId): Promise<void> {
    return this.#port.freeLease(leaseId);
  }

  async revokeLease(leaseId: LeaseId, { graceMs = 0 }: { readonly graceMs?: number } = {}): Promise<RevokeResult> {
    return valueOrThrow(await this.#port.revokeLease(leaseId, graceMs));
  }

  unfenceLease(leaseId: LeaseId): Promise<boolean> {
    return this.#port.unfenceLease(leaseId);
  }

  leaseEvents(): AsyncIterable<LeaseEvent> {
    return this.#events.read(
      () => true,
      () => false,
    );
  }

  async audit(): Promise<AuditExport> {
    return valueOrThrow(await this.#port.audit());
  }

  async rename(name: string): Promise<void> {
    const renamed = await this.#port.rename(name);
    if (!renamed.ok) throw new FabricError(renamed.error);
  }

  leave(): Promise<void> {
    return this.#port.leave();
  }

  /** A snapshot has come from the host. */
  receive(snapshot: FabricSnapshot): void {
    this.#snapshot = this.#rebased(snapshot);
    for (const listener of this.#listeners) listener(this.#snapshot);
  }

  /** Something has happened to a lease at the host. */
  leaseHappened(event: LeaseEvent): void {
    if (event.type === 'LeaseTaken' && event.side === 'holder') this.#events.begun(event.leaseId);
    this.#events.publish(event);
  }

  /** The host is no more: what is shown from now on says so. */
  hostDied(reason: FabricFailure): void {
    this.receive({ ...this.#snapshot, phase: 'failed', failure: reason });
  }

  #handle(taken: Result<LeaseView, FabricFailure>): LeaseHandle {
    return new HeldLeaseHandle(this.#port, this.#events, valueOrThrow(taken), this.#env.thread);
  }

  async #submitted(runId: RunId, request: RunRequest): Promise<Artifacts> {
    const submitted = await this.#port.submit(runId, request);
    if (!submitted.ok) throw new FabricError(submitted.error);
    return submitted.value;
  }

  /** The host's clock is not the reader's: remaining times count from the arrival. */
  #rebased(snapshot: FabricSnapshot): FabricSnapshot {
    return Object.freeze({ ...snapshot, takenAtMs: this.#env.clock.nowMs() });
  }
}
