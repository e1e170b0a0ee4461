import type { ReactiveController, ReactiveControllerHost } from 'lit';
import {
  isLeaseEnd,
  type Fabric,
  type FabricFailure,
  type FabricSnapshot,
  type LeaseEvent,
  type LeaseHandle,
  type LeaseView,
  type Region,
  type RunTarget,
} from '../../../sdk/index.ts';
import { failureOf } from '../../house/index.ts';
import { addOne, NUMBER_BYTES } from '../number.ts';
import type { Deed, Role } from './steps.ts';

const EVENTS_MAX = 40;
const REDRAW_EVERY_MS = 100;

export interface HeardEvent {
  readonly wallMs: number;
  readonly event: LeaseEvent;
}

/** One lease of a number under the glass: what this tab knows of it, and all that it may do with it. */
export class Bench implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #fabric: () => Fabric;
  /** As it was last seen. */
  lease: LeaseView | undefined;
  number: bigint | undefined;
  failure: FabricFailure | undefined;
  deeds: ReadonlySet<Deed> = new Set();
  /** All that was heard: the first news of a lease comes before the lease itself. */
  #heard: readonly HeardEvent[] = [];
  #handle: LeaseHandle | undefined;
  #region: Region | undefined;
  #stops: readonly (() => void)[] = [];

  constructor(host: ReactiveControllerHost, fabric: () => Fabric) {
    this.#host = host;
    this.#fabric = fabric;
    host.addController(this);
  }

  hostConnected(): void {
    const fabric = this.#fabric();
    const hearing = (news: { readonly detail: LeaseEvent }): void => this.#hear(news.detail);
    fabric.addEventListener('lease', hearing);
    const redraw = setInterval(() => this.#host.requestUpdate(), REDRAW_EVERY_MS);
    this.#stops = [
      fabric.subscribe((snapshot) => this.#look(snapshot)),
      () => fabric.removeEventListener('lease', hearing),
      () => clearInterval(redraw),
    ];
    this.#look(fabric.snapshot());
  }

  hostDisconnected(): void {
    for (const stop of this.#stops) stop();
  }

  get role(): Role {
    const { self } = this.#fabric().snapshot();
    if (this.lease?.isOpened === true) return 'opener';
    return this.lease?.lessor === self && this.lease.holder !== self ? 'lessor' : 'holder';
  }

  /** What was heard of this lease on this side, newest first. */
  get events(): readonly HeardEvent[] {
    return this.#heard.filter(({ event }) => this.#isMine(event));
  }

  async take(on: RunTarget, ttlMs: number): Promise<void> {
    await this.#attempt(async () => {
      await this.#put(await this.#fabric().lease.mem({ bytes: NUMBER_BYTES }).ttl(ttlMs).on(on).acquire());
    });
  }

  async open(ref: string): Promise<void> {
    await this.#attempt(async () => this.#put(await this.#fabric().openLease(ref.trim())));
  }

  async add(): Promise<void> {
    const region = this.#region;
    if (!region) return;
    await this.#attempt(async () => {
      try {
        this.number = await addOne(region);
        this.#did('changed');
      } catch (thrown) {
        if (this.deeds.has('ended')) this.#did('refused');
        throw thrown;
      }
    });
  }

  async renew(): Promise<void> {
    await this.#attempt(async () => this.#handle?.renew());
  }

  /** Hands the lease to whoever makes a LeaseRef of it. */
  async share(give: (lease: LeaseHandle) => Promise<void>): Promise<void> {
    const handle = this.#handle;
    if (!handle) return;
    await this.#attempt(async () => {
      await give(handle);
      this.#did('shared');
    });
  }

  async free(): Promise<void> {
    await this.#attempt(async () => this.#handle?.free());
  }

  async revoke(graceMs: number): Promise<void> {
    const { lease } = this;
    if (lease) await this.#attempt(async () => this.#fabric().revokeLease(lease.leaseId, { graceMs }));
  }

  /** Makes room for another lease. */
  clear(): void {
    this.lease = undefined;
    this.number = undefined;
    this.failure = undefined;
    this.deeds = new Set();
    this.#handle = undefined;
    this.#region = undefined;
    this.#look(this.#fabric().snapshot());
  }

  async #put(handle: LeaseHandle): Promise<void> {
    this.#handle = handle;
    this.deeds = new Set<Deed>(['begun']);
    const { leaseId, kind, lessor, quantity, generation } = handle;
    const { self, leases } = this.#fabric().snapshot();
    this.lease = leases.find((lease) => lease.leaseId === leaseId) ?? {
      ...{ leaseId, kind, lessor, quantity, generation, holder: self, holders: [self], state: 'active' },
      ...{ revokeState: 'active', tier: 'standard', isOpened: false, ttlMs: 0, remainingMs: 0 },
    };
    const region = await handle.region();
    this.#region = region;
    this.number = await region.u64.load(0);
    void this.#watch(region);
  }

  async #watch(region: Region): Promise<void> {
    try {
      for await (const bytes of region.watch({ offset: 0, length: NUMBER_BYTES })) {
        if (this.#region !== region) return;
        this.number = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
        this.#host.requestUpdate();
      }
    } catch {
      // The end of the lease, of which its event tells.
    }
  }

  /** What a tab lends comes under its glass by itself. */
  #look({ leases, self }: FabricSnapshot): void {
    const isNumber = ({ kind, quantity, runId }: LeaseView): boolean =>
      kind === 'mem' && quantity === NUMBER_BYTES && runId === undefined;
    const { lease } = this;
    const latest = lease
      ? leases.find(({ leaseId }) => leaseId === lease.leaseId)
      : leases.find(
          (each) => isNumber(each) && each.state === 'active' && each.lessor === self && each.holder !== self,
        );
    if (latest) {
      if (!lease) this.deeds = new Set<Deed>(['begun']);
      this.lease = latest;
    }
    this.#host.requestUpdate();
  }

  #hear(event: LeaseEvent): void {
    this.#heard = [{ wallMs: Date.now(), event }, ...this.#heard].slice(0, EVENTS_MAX);
    if (!this.lease || !this.#isMine(event)) return;
    if (event.type === 'LeaseRenewed') this.#did('renewed');
    if (event.type === 'LeaseOpened') this.#did('shared');
    if (isLeaseEnd(event)) {
      this.lease = { ...this.lease, state: STATE_AFTER[event.type], remainingMs: 0 };
      this.#did('ended');
    }
  }

  #isMine({ leaseId, side }: LeaseEvent): boolean {
    return leaseId === this.lease?.leaseId && side === (this.role === 'lessor' ? 'lessor' : 'holder');
  }

  async #attempt(act: () => Promise<unknown>): Promise<void> {
    try {
      this.failure = undefined;
      await act();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
    this.#host.requestUpdate();
  }

  #did(deed: Deed): void {
    this.deeds = new Set([...this.deeds, deed]);
    this.#host.requestUpdate();
  }
}

const STATE_AFTER = { LeaseExpired: 'expired', LeaseRevoked: 'revoked', LeaseFreed: 'freed' } as const;
