import type { PolicyChange, PolicyView, StewardWish } from '../../sdk/index.ts';
import type { Prng } from '../prng.ts';
import type { SimTab } from '../tab.ts';
import type { PolicyRules } from '../check/index.ts';

const MIB = 1024 * 1024;
/** Whoever has the key does something with it about this often. */
const ACT_MS_MEAN = 600;

/** What the person who has the fabric's key does with it: bounds, lenders, the lobby, eviction and pardon, fences. */
export class Governance {
  readonly #prng: Prng;
  readonly #rules: PolicyRules;

  constructor(prng: Prng, rules: PolicyRules) {
    this.#prng = prng;
    this.#rules = rules;
  }

  /** When the steward next does something. */
  pauseMs(): number {
    return 20 + this.#prng.exponential(ACT_MS_MEAN);
  }

  /** Does something at the tab that has the key; answers it in words. */
  act(tab: SimTab): string {
    if (!tab.isReady) return 'waits to govern';
    const wish = this.#wish(tab);
    void this.#ask(tab, wish);
    return `governs: ${wish.what}`;
  }

  /** Opens the door for good and pardons everybody. */
  goHome(tab: SimTab): void {
    const { policy } = tab.host.snapshot();
    if (!tab.stewardKey || !tab.isReady || !policy) return;
    if (policy.hasLobby) void this.#ask(tab, { what: 'set', change: { hasLobby: false } });
    else for (const cell of policy.evicted.slice(0, 1)) void this.#ask(tab, { what: 'readmit', cell });
  }

  async #ask(tab: SimTab, wish: StewardWish): Promise<void> {
    const reply = await tab.host.steward.act(wish);
    if (!reply.ok) return;
    this.#rules.signed(reply.value.policy);
    const fenced = reply.value.leases.find(({ revokeState }) => revokeState === 'fenced');
    const lease = fenced ?? this.#prng.pick(reply.value.leases);
    if (!lease || !tab.isReady) return;
    const { lessor, leaseId } = lease;
    const next: StewardWish = fenced
      ? { what: 'unfence', lessor, leaseId }
      : { what: 'revoke', lessor, leaseId, graceMs: this.#prng.below(2) * 300 };
    void tab.host.steward.act(next);
  }

  #wish(tab: SimTab): StewardWish {
    const prng = this.#prng;
    const { policy, steward, cells, self } = tab.host.snapshot();
    const waiting = prng.pick(steward?.waiting ?? [])?.cell;
    if (waiting !== undefined && prng.chance(0.8)) {
      return { what: prng.chance(0.85) ? 'admit' : 'refuse', cell: waiting };
    }
    const evicted = prng.pick(policy?.evicted ?? []);
    if (evicted !== undefined && prng.chance(0.5)) return { what: 'readmit', cell: evicted };
    const others = cells.filter(({ id }) => id !== self).map(({ id }) => id);
    const other = prng.pick(others);
    const draw = prng.below(8);
    if (draw === 0 && other !== undefined) return { what: 'evict', cell: other };
    if (draw === 1) return { what: 'list' };
    return { what: 'set', change: this.#change(draw, [self, ...others.filter(() => prng.chance(0.7))]) };
  }

  #change(draw: number, some: PolicyView['evicted']): PolicyChange {
    const prng = this.#prng;
    const isOpen = prng.chance(0.4);
    switch (draw) {
      case 2:
        return { hasLobby: prng.chance(0.4) };
      case 3:
        return { leasesMax: isOpen ? null : 2 + prng.below(12) };
      case 4:
        return { quantityMax: { mem: isOpen ? null : (8 + prng.below(40)) * MIB } };
      case 5:
        return { quantityMax: { cpu: isOpen ? null : 1 + prng.below(2) } };
      default:
        return { lenders: { [prng.chance(0.5) ? 'cpu' : 'mem']: isOpen ? 'all' : some } };
    }
  }
}
