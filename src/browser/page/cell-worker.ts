import * as comlink from 'comlink';
import type { NeighbourClaim } from '../../cell/index.ts';
import {
  FabricError,
  LINK_LIMITS,
  MEMORY_LIMITS,
  RUN_LIMITS,
  WIRE_LIMITS,
  type Bytes,
  type FabricFailure,
  type Result,
} from '../../core/index.ts';
import type { Artifacts, FabricSnapshot, HostPort, LeaseEvent } from '../../sdk/index.ts';
import type { CallChannelName } from '../../transport/index.ts';
import {
  WorkerWatch,
  type CellApi,
  type FromCellWorker,
  type JoinOrder,
  type PageApi,
  type PageChange,
  type ToCellWorker,
} from '../both/index.ts';
import { WarmDoors } from './calls/index.ts';
import { RegionDoors } from './region-doors.ts';
import { takeWorker } from './spare-worker.ts';

export interface CellWorkerEvents {
  snapshot(snapshot: FabricSnapshot): void;
  leaseHappened(event: LeaseEvent): void;
  identity(slot: number): void;
  closeLink(linkId: number): void;
  callChannel(name: CallChannelName): RTCDataChannel | undefined;
  giveCallChannel(name: CallChannelName): void;
  linkProven(linkId: number, secret: Bytes): void;
  died(reason: FabricFailure): void;
}

const PING_EVERY_MS = 5_000;
const PING_DEADLINE_MS = 15_000;
/** One late answer proves nothing: after a laptop's sleep the deadline comes before the answer that was under way. */
const PINGS_MISSED_MAX = 2;
/** A run's answer may take its whole deadline, twice: in the queue and at the cell, besides fetching what it needs. */
const RUN_MARGIN_MS = 30_000;

/** The worker's own calls to other cells have the same deadline; it is to answer before the page gives up. */
const LEASE_MARGIN_MS = 1_000;

/** The cell worker from outside: typed calls that always settle, and its plain messages as events. */
export class CellWorker implements HostPort {
  readonly #worker: Worker;
  readonly #watch: WorkerWatch;
  readonly #api: comlink.Remote<CellApi>;
  readonly #regions: RegionDoors;
  readonly #warm: WarmDoors;
  readonly #pings: ReturnType<typeof setInterval>;
  #pingsMissed = 0;

  constructor(page: PageApi, events: CellWorkerEvents) {
    this.#worker = takeWorker();
    this.#watch = new WorkerWatch((reason) => {
      clearInterval(this.#pings);
      this.#warm.died(reason);
      events.died(reason);
    });
    this.#watch.observe(this.#worker, 'cell worker');
    this.#worker.addEventListener('message', (event: MessageEvent<FromCellWorker>) => heard(event.data, events));
    const calls = new MessageChannel();
    const pageCalls = new MessageChannel();
    comlink.expose(page, pageCalls.port1);
    this.#api = comlink.wrap<CellApi>(calls.port1);
    const regions = new MessageChannel();
    this.#regions = new RegionDoors(regions.port1, this.#watch);
    const warm = new MessageChannel();
    this.#warm = new WarmDoors(warm.port1, this.#watch, (name) => events.callChannel(name));
    const ports = { calls: calls.port2, page: pageCalls.port2, regions: regions.port2, warm: warm.port2 };
    this.post({ kind: 'start', ...ports }, Object.values(ports));
    this.#pings = setInterval(() => void this.#ping(), PING_EVERY_MS);
  }

  post(message: ToCellWorker, transfer: Transferable[]): void {
    this.#worker.postMessage(message, transfer);
  }

  join(order: JoinOrder): Promise<Result<FabricSnapshot, FabricFailure>> {
    return this.#watch.guard<Result<FabricSnapshot, FabricFailure>>(
      this.#api.join(order),
      LINK_LIMITS.joinDeadlineMs + LINK_LIMITS.dialDeadlineMs,
      'joining',
    );
  }

  submit(...[runId, request]: Parameters<HostPort['submit']>): ReturnType<HostPort['submit']> {
    const deadlineMs = 2 * (request.deadlineMs ?? RUN_LIMITS.deadlineMsDefault) + RUN_MARGIN_MS;
    return this.#watch.guard<Result<Artifacts, FabricFailure>>(
      this.#api.submit(runId, request),
      deadlineMs,
      'running the tasklet',
    );
  }

  cancel(...[runId]: Parameters<HostPort['cancel']>): Promise<void> {
    return this.#call(this.#api.cancel(runId), 'cancelling');
  }

  artifacts(...[runId]: Parameters<HostPort['artifacts']>): ReturnType<HostPort['artifacts']> {
    return this.#call(this.#api.artifacts(runId), 'reading artifacts');
  }

  openMap(...[map, order]: Parameters<HostPort['openMap']>): ReturnType<HostPort['openMap']> {
    return this.#call<Result<void, FabricFailure>>(this.#api.openMap(map, order), 'beginning a map');
  }

  submitPart(...[map, runId, input]: Parameters<HostPort['submitPart']>): ReturnType<HostPort['submitPart']> {
    return this.#watch.guard<Result<Artifacts, FabricFailure>>(
      this.#api.submitPart(map, runId, input),
      2 * RUN_LIMITS.deadlineMsMax + RUN_MARGIN_MS,
      'running a part of a map',
    );
  }

  closeMap(...[map]: Parameters<HostPort['closeMap']>): Promise<void> {
    return this.#call(this.#api.closeMap(map), 'ending a map');
  }

  acquireLease(...[order]: Parameters<HostPort['acquireLease']>): ReturnType<HostPort['acquireLease']> {
    // Each cell that is asked may take its own time to make room.
    return this.#watch.guard<Awaited<ReturnType<HostPort['acquireLease']>>>(
      this.#api.acquireLease(order),
      RUN_MARGIN_MS,
      'taking the lease',
    );
  }

  acquireLeases(...[orders, waitMs]: Parameters<HostPort['acquireLeases']>): ReturnType<HostPort['acquireLeases']> {
    return this.#watch.guard<Awaited<ReturnType<HostPort['acquireLeases']>>>(
      this.#api.acquireLeases(orders, waitMs),
      waitMs + orders.length * RUN_MARGIN_MS,
      'taking leases together',
    );
  }

  renewLease(...[leaseId, ttlMs]: Parameters<HostPort['renewLease']>): ReturnType<HostPort['renewLease']> {
    return this.#leaseCall(this.#api.renewLease(leaseId, ttlMs), 'renewing the lease');
  }

  openLease(...[ref]: Parameters<HostPort['openLease']>): ReturnType<HostPort['openLease']> {
    return this.#leaseCall(this.#api.openLease(ref), 'opening the lease');
  }

  attachLease(...[leaseId, on]: Parameters<HostPort['attachLease']>): ReturnType<HostPort['attachLease']> {
    return this.#leaseCall(this.#api.attachLease(leaseId, on), 'attaching to the lease');
  }

  leaseRef(...[leaseId, limits]: Parameters<HostPort['leaseRef']>): ReturnType<HostPort['leaseRef']> {
    return this.#leaseCall(this.#api.leaseRef(leaseId, limits), 'making the LeaseRef');
  }

  leaseCheckpointed(
    ...[leaseId]: Parameters<HostPort['leaseCheckpointed']>
  ): ReturnType<HostPort['leaseCheckpointed']> {
    return this.#leaseCall(this.#api.leaseCheckpointed(leaseId), 'reporting the checkpoint');
  }

  revokeLease(...[leaseId, graceMs]: Parameters<HostPort['revokeLease']>): ReturnType<HostPort['revokeLease']> {
    return this.#watch.guard<Awaited<ReturnType<HostPort['revokeLease']>>>(
      this.#api.revokeLease(leaseId, graceMs),
      graceMs + WIRE_LIMITS.callDeadlineMs,
      'revoking the lease',
    );
  }

  unfenceLease(...[leaseId]: Parameters<HostPort['unfenceLease']>): ReturnType<HostPort['unfenceLease']> {
    return this.#call(this.#api.unfenceLease(leaseId), 'unfencing the lease');
  }

  openRegion(...[leaseId]: Parameters<HostPort['openRegion']>): ReturnType<HostPort['openRegion']> {
    return this.#regions.open(leaseId);
  }

  openWarm(...[warmId, order]: Parameters<HostPort['openWarm']>): ReturnType<HostPort['openWarm']> {
    return this.#warm.open(warmId, order);
  }

  freeLease(...[leaseId]: Parameters<HostPort['freeLease']>): Promise<void> {
    return this.#call(this.#api.freeLease(leaseId), 'freeing the lease');
  }

  steward(wish: Parameters<HostPort['steward']>[0]): ReturnType<HostPort['steward']> {
    // A lessor that is asked to revoke takes its grace, and one that is gone the deadline of a call.
    const graceMs = wish.what === 'revoke' ? wish.graceMs : 0;
    return this.#watch.guard<Awaited<ReturnType<HostPort['steward']>>>(
      this.#api.steward(wish),
      2 * WIRE_LIMITS.callDeadlineMs + graceMs,
      'doing as the steward asks',
    );
  }

  audit(): ReturnType<HostPort['audit']> {
    return this.#leaseCall(this.#api.audit(), 'reading the audit chain');
  }

  rename(name: string): ReturnType<HostPort['rename']> {
    return this.#call<Result<void, FabricFailure>>(this.#api.rename(name), 'renaming');
  }

  redeem(claim: NeighbourClaim): Promise<SharedArrayBuffer | undefined> {
    return this.#watch.guard(this.#api.redeem(claim), MEMORY_LIMITS.neighbourMsMax, 'redeeming a ticket');
  }

  neighbourFound(): void {
    this.#api.neighbourFound().catch(() => undefined);
  }

  setPage(change: PageChange): void {
    this.#api.setPage(change).catch(() => undefined);
  }

  async leave(): Promise<void> {
    clearInterval(this.#pings);
    await this.#call(this.#api.leave(), 'leaving');
  }

  /** Ends the worker and everything in it. */
  terminate(): void {
    clearInterval(this.#pings);
    this.#worker.terminate();
  }

  /** Like `#call`, for answers that are results. */
  #leaseCall<T>(call: Promise<Result<T, FabricFailure>>, what: string): Promise<Result<T, FabricFailure>> {
    return this.#watch.guard<Result<T, FabricFailure>>(call, WIRE_LIMITS.callDeadlineMs + LEASE_MARGIN_MS, what);
  }

  #call<T>(call: Promise<T>, what: string): Promise<T> {
    return this.#watch.guard(call, WIRE_LIMITS.callDeadlineMs, what);
  }

  /** A worker that closed itself, or hangs, gives no sign but silence. */
  async #ping(): Promise<void> {
    try {
      await this.#watch.guard(this.#api.ping(), PING_DEADLINE_MS, 'ping');
      this.#pingsMissed = 0;
    } catch (error) {
      if (!(error instanceof FabricError && error.code === 'deadline_exceeded')) return;
      this.#pingsMissed++;
      if (this.#pingsMissed < PINGS_MISSED_MAX) return;
      this.#watch.died('the cell worker no longer answers');
      this.terminate();
    }
  }
}

function heard(message: FromCellWorker, events: CellWorkerEvents): void {
  switch (message.kind) {
    case 'snapshot':
      return events.snapshot(message.snapshot);
    case 'lease.event':
      return events.leaseHappened(message.event);
    case 'identity':
      return events.identity(message.slot);
    case 'link.proven':
      return events.linkProven(message.linkId, message.secret);
    case 'link.close':
      return events.closeLink(message.linkId);
    case 'call-channel.wanted':
      return events.giveCallChannel({ linkId: message.linkId, number: message.number });
  }
}
