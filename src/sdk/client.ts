import {
  FabricError,
  freshId,
  isRunId,
  ok,
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
import { ByHandClient, type ByHand, type HandPort } from './by-hand.ts';
import { leaseRefIn } from './fabric-url.ts';
import type { Fabric, FabricNewsOf, RunHandle, StartOptions } from './fabric.ts';
import {
  HeldLeaseHandle,
  LeaseBuilders,
  LeaseEvents,
  valueOrThrow,
  type LeaseEvent,
  type LeaseHandle,
  type LeasePort,
} from './lease/index.ts';
import { Listeners, type FabricNews, type ListenOptions } from './news.ts';
import type { MapOrder, RunRequest, WarmOrder } from './program.ts';
import { onAbort, RunningMap, type FabricMap, type MapInputs, type MapOptions, type RunPort } from './run/index.ts';
import { FabricSteward, type StewardPort } from './steward/index.ts';
import type { Artifacts, AuditExport, FabricEvent, FabricSnapshot, LeaseView } from './snapshot.ts';
import { openWarm, type WarmOptions, type WarmPort, type WarmTasklet } from './warm/index.ts';

/** The host as the client reaches it. Refusals come as values; a call rejects only when the host is no more. */
export interface HostPort extends LeasePort, RunPort, WarmPort, StewardPort {
  audit(): Promise<Result<AuditExport, FabricFailure>>;
  rename(name: string): Promise<Result<void, FabricFailure>>;
  leave(): Promise<void>;
  /** Absent where no peer connections can be made. */
  readonly byHand?: HandPort;
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
  readonly byHand: ByHand;
  readonly steward: FabricSteward;
  readonly #events = new LeaseEvents();
  readonly #listeners = new Set<(snapshot: FabricSnapshot) => void>();
  readonly #news: { readonly [Type in keyof FabricNewsOf]: Listeners<Type, FabricNewsOf[Type]> } = {
    change: new Listeners('change'),
    event: new Listeners('event'),
    lease: new Listeners('lease'),
  };
  #snapshot: FabricSnapshot;

  constructor(port: HostPort, env: ClientEnv, first: FabricSnapshot) {
    this.#port = port;
    this.#env = env;
    this.#snapshot = this.#rebased(first);
    this.byHand = new ByHandClient(port.byHand, () => this.#snapshot.fabric.joinUrl);
    this.lease = new LeaseBuilders(
      async (order) => this.#handle(await port.acquireLease(order)),
      async (orders, waitMs) =>
        valueOrThrow(await port.acquireLeases(orders, waitMs)).map((view) => this.#handle(ok(view))),
    );
    this.steward = new FabricSteward(port);
  }

  snapshot(): FabricSnapshot {
    return this.#snapshot;
  }

  subscribe(listener: (snapshot: FabricSnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(request: RunRequest, { signal }: StartOptions = {}): RunHandle {
    const runId = freshId(this.#env.random, isRunId);
    const finished = this.#submitted(runId, request);
    const cancel = (): void => void this.#port.cancel(runId).catch(() => undefined);
    const forget = onAbort(signal, cancel);
    finished.then(forget, forget);
    return {
      runId,
      finished,
      cancel,
      [Symbol.asyncDispose]: async () => {
        cancel();
        await finished.catch(() => undefined);
      },
    };
  }

  async run(request: RunRequest, options?: StartOptions): Promise<Artifacts> {
    const artifacts = await this.start(request, options).finished;
    const { error } = artifacts.response;
    if (error) throw new FabricError(error);
    return artifacts;
  }

  map(order: MapOrder, inputs: MapInputs, options: MapOptions = {}): FabricMap {
    const slots = (): number => slotsFor(this.#snapshot, order.on);
    return new RunningMap({ port: this.#port, random: this.#env.random, slots }, order, inputs, options);
  }

  warm(order: WarmOrder, options?: WarmOptions): Promise<WarmTasklet> {
    return openWarm({ port: this.#port, random: this.#env.random, thread: this.#env.thread }, order, options);
  }

  addEventListener<Type extends keyof FabricNewsOf>(
    type: Type,
    listener: (news: FabricNews<Type, FabricNewsOf[Type]>) => void,
    options?: ListenOptions,
  ): void {
    this.#news[type].add(listener, options);
  }

  removeEventListener<Type extends keyof FabricNewsOf>(
    type: Type,
    listener: (news: FabricNews<Type, FabricNewsOf[Type]>) => void,
  ): void {
    this.#news[type].remove(listener);
  }

  events(): AsyncIterable<FabricEvent> {
    return this.#news.event.read();
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

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }

  /** A snapshot has come from the host. */
  receive(snapshot: FabricSnapshot): void {
    const before = this.#snapshot.events.at(-1);
    this.#snapshot = this.#rebased(snapshot);
    for (const event of eventsAfter(before, snapshot.events)) this.#news.event.tell(event);
    this.#news.change.tell(this.#snapshot);
    for (const listener of this.#listeners) listener(this.#snapshot);
  }

  /** Something has happened to a lease at the host. */
  leaseHappened(event: LeaseEvent): void {
    if (event.type === 'LeaseTaken' && event.side === 'holder') this.#events.begun(event.leaseId);
    this.#events.publish(event);
    this.#news.lease.tell(event);
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

/** Worker slots of the cells that a run with that target may go to. */
function slotsFor({ cells }: FabricSnapshot, on: RunRequest['on'] = 'any'): number {
  const meant = cells.filter(({ id, isSelf, state }) => {
    return state === 'alive' && (on === 'any' || (on === 'other' ? !isSelf : id === on));
  });
  return meant.reduce((total, { slotsTotal }) => total + slotsTotal, 0);
}

/** What has been added since; entries carry no name, so the last one known is looked for by what it says. */
function eventsAfter(known: FabricEvent | undefined, events: readonly FabricEvent[]): readonly FabricEvent[] {
  const at = events.findLastIndex(
    ({ wallMs, kind, text }) => wallMs === known?.wallMs && kind === known.kind && text === known.text,
  );
  return events.slice(at + 1);
}
