import { shortId, type CellId, type LeaseId } from '../../../core/index.ts';
import type { FabricSnapshot, LeaseView, PolicyView } from '../../../sdk/index.ts';
import type { SimTab } from '../../tab.ts';
import type { Violations } from '../violations.ts';

const NO_POLICY: Pick<PolicyView, 'version' | 'hasLobby' | 'evicted'> = { version: 0, hasLobby: false, evicted: [] };

/**
 * The rules of policies (PROTOCOL.md §11), as they can be seen from outside: every policy that holds somewhere was signed
 * by the steward, nobody goes back to an older one, who was sent away is out, and no lessor grants what its policy forbids.
 */
export class PolicyRules {
  readonly #violations: Violations;
  readonly #signed = new Map<number, string>();
  readonly #version = new Map<SimTab, number>();
  readonly #granted = new Map<SimTab, ReadonlySet<LeaseId>>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  /** The steward has signed these terms. */
  signed(policy: PolicyView): void {
    this.#signed.set(policy.version, JSON.stringify(policy));
  }

  observe(tab: SimTab, snapshot: FabricSnapshot): void {
    const known = this.#granted.get(tab);
    const lent = snapshot.leases.filter(({ lessor, state }) => lessor === snapshot.self && state === 'active');
    this.#granted.set(tab, new Set(lent.map(({ leaseId }) => leaseId)));
    const { policy } = snapshot;
    this.#movesOn(tab, policy);
    if (!policy || snapshot.phase !== 'ready') return;
    this.#isOut(tab, snapshot, policy.evicted);
    for (const lease of lent) if (known?.has(lease.leaseId) !== true) this.#isAllowed(tab, policy, lease, lent);
  }

  gone(tab: SimTab): void {
    this.#version.delete(tab);
    this.#granted.delete(tab);
  }

  /** What a healed fabric of these tabs still owes: the newest policy that anybody still knows, everywhere. */
  unfinished(tabs: readonly SimTab[]): readonly string[] {
    const policies = tabs.map((tab) => ({ tab, ...(tab.host.snapshot().policy ?? NO_POLICY) }));
    const newest = Math.max(0, ...policies.map(({ version }) => version));
    return policies.flatMap(({ tab, version, hasLobby, evicted }) => {
      if (version !== newest) return [`${tab.name}: keeps to policy ${version}, not ${newest}`];
      return hasLobby || evicted.length > 0 ? [`${tab.name}: not everybody may come in`] : [];
    });
  }

  #movesOn(tab: SimTab, policy: PolicyView | undefined): void {
    const version = policy?.version ?? 0;
    const before = this.#version.get(tab) ?? 0;
    this.#version.set(tab, version);
    if (version < before) this.#violations.add('policies only move on', `${tab.name}: ${before}, then ${version}`);
    if (policy && version !== before && this.#signed.get(version) !== JSON.stringify(policy)) {
      this.#violations.add('policies are the steward’s', `${tab.name}: keeps to policy ${version}`);
    }
  }

  #isOut(tab: SimTab, { cells }: FabricSnapshot, evicted: readonly CellId[]): void {
    for (const { id, isSelf, state } of cells) {
      if (!isSelf && state === 'alive' && evicted.includes(id)) {
        this.#violations.add('evicted is out', `${tab.name}: still counts on ${shortId(id)}`);
      }
    }
  }

  #isAllowed(tab: SimTab, policy: PolicyView, lease: LeaseView, lent: readonly LeaseView[]): void {
    const { holder, kind, lessor } = lease;
    const { quota, lenders, evicted } = policy;
    const held = lent.filter((each) => each.holder === holder);
    const sum = held.reduce((total, each) => total + (each.kind === kind ? each.quantity : 0), 0);
    const faults = [
      ...(evicted.includes(holder) ? ['to a cell that was sent away'] : []),
      ...(lenders[kind]?.includes(lessor) === false ? [`though it may lend no ${kind}`] : []),
      ...(held.length > (quota.leasesMax ?? Infinity) ? [`as one of ${held.length}`] : []),
      ...(sum > (quota.quantityMax[kind] ?? Infinity) ? [`for ${sum} in all`] : []),
    ];
    for (const fault of faults) {
      const text = `${tab.name}: ${kind} lease ${shortId(lease.leaseId)} for ${shortId(holder)} ${fault}`;
      this.#violations.add('lent within the policy', `${text}, policy ${policy.version}`);
    }
  }
}
