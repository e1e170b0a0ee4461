import type { LeaseView } from '../../sdk/index.ts';
import type { Prng } from '../prng.ts';
import type { SimTab } from '../tab.ts';

const MIB = 1024 * 1024;
const TIERS = ['guaranteed', 'standard', 'scavenger'] as const;
/** LeaseRefs that somebody wrote down, to be opened by anybody at any time. */
const REFS_KEPT = 16;

/** What people do with leases: take, renew, share, open, find again, give back, revoke, unfence. */
export class LeaseLife {
  readonly #prng: Prng;
  readonly #tabs: () => readonly SimTab[];
  readonly #refs: string[] = [];

  constructor(prng: Prng, tabs: () => readonly SimTab[]) {
    this.#prng = prng;
    this.#tabs = tabs;
  }

  /** Does something at this tab; answers it in words. */
  act(tab: SimTab): string {
    const { leases, self } = tab.host.snapshot();
    const live = leases.filter(({ state }) => state === 'active');
    const held = this.#prng.pick(live.filter(({ lessor }) => lessor !== self));
    const lent = this.#prng.pick(live.filter(({ lessor }) => lessor === self));
    const draw = this.#prng.below(10);
    if (lent && draw === 0) return this.#revoke(tab, lent);
    if (held && draw > 0 && draw < 7) return this.#use(tab, held);
    if (draw === 7) return this.#open(tab);
    if (draw === 8) return this.#attach(tab, leases);
    return this.#take(tab);
  }

  /** Gives back what this tab holds for itself, and takes down its fences: leases that are renewed would never end. */
  goHome(tab: SimTab): void {
    const { leases, self } = tab.host.snapshot();
    for (const { leaseId, lessor, holders, state, revokeState, runId } of leases) {
      if (state === 'active' && runId === undefined && holders.includes(self)) void tab.host.leases.free(leaseId);
      if (lessor === self && revokeState === 'fenced') tab.host.leases.unfence(leaseId);
    }
  }

  #take(tab: SimTab): string {
    const prng = this.#prng;
    const kind = prng.chance(0.5) ? 'cpu' : 'mem';
    void tab.host.leases.acquire({
      kind,
      quantity: kind === 'cpu' ? 1 : (1 + prng.below(16)) * MIB,
      ttlMs: Math.round(prng.between(100, 4_000)),
      tier: prng.pick(TIERS) ?? 'standard',
      isKeptAlive: prng.chance(0.3),
      isKept: prng.chance(0.2),
      on: prng.chance(0.5) ? 'any' : 'other',
    });
    return `takes a ${kind} lease`;
  }

  #use(tab: SimTab, { leaseId }: LeaseView): string {
    const { leases } = tab.host;
    const name = leaseId.slice(0, 8);
    switch (this.#prng.below(4)) {
      case 0:
        void leases.renew(leaseId);
        return `renews ${name}`;
      case 1: {
        const ref = leases.ref(leaseId);
        if (ref.ok) this.#refs.push(ref.value);
        this.#refs.splice(0, this.#refs.length - REFS_KEPT);
        return `shares ${name}`;
      }
      case 2:
        void leases.checkpointed(leaseId);
        return `has saved what is on ${name}`;
      default:
        void leases.free(leaseId);
        return `gives ${name} back`;
    }
  }

  #open(tab: SimTab): string {
    const ref = this.#prng.pick(this.#refs);
    if (ref === undefined) return 'has no LeaseRef';
    void tab.host.leases.open(ref);
    return 'opens a LeaseRef';
  }

  /** Finds a lease again that it, or anybody, once saw. */
  #attach(tab: SimTab, own: readonly LeaseView[]): string {
    const other = this.#prng.pick(this.#tabs());
    const lease = this.#prng.pick([...own, ...(other?.host.snapshot().leases ?? [])]);
    if (!lease) return 'knows of no lease';
    void tab.host.leases.attach(lease.leaseId, this.#prng.chance(0.5) ? lease.lessor : undefined);
    return `attaches to ${lease.leaseId.slice(0, 8)}`;
  }

  #revoke(tab: SimTab, { leaseId }: LeaseView): string {
    const graceMs = this.#prng.chance(0.5) ? 0 : Math.round(this.#prng.between(1, 1_000));
    void tab.host.leases.revoke(leaseId, graceMs);
    return `revokes ${leaseId.slice(0, 8)} in ${graceMs} ms`;
  }
}
