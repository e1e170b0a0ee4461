import { auditLine, verifyAudit, type AuditRecord } from '../../../audit/index.ts';
import { shortId, type LeaseId } from '../../../core/index.ts';
import type { FabricSnapshot } from '../../../sdk/index.ts';
import type { SimTab } from '../../tab.ts';
import type { Violations } from '../violations.ts';

/**
 * The rules of the audit chain: each lease is granted once, renewed only while it lives and ended once; what the chain
 * says is alive is what the cell shows; and the chain of every identity is whole.
 */
export class AuditRules {
  readonly #violations: Violations;
  readonly #live = new Map<SimTab, Map<LeaseId, number>>();
  readonly #ended = new Map<SimTab, Set<LeaseId>>();
  readonly #chains = new Map<string, AuditRecord[]>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  sealed(tab: SimTab, record: AuditRecord): void {
    const chain = this.#chains.get(record.cell) ?? [];
    this.#chains.set(record.cell, chain);
    chain.push(record);
    if (!('leaseId' in record)) return;
    const live = this.#live.get(tab) ?? new Map<LeaseId, number>();
    const ended = this.#ended.get(tab) ?? new Set<LeaseId>();
    this.#live.set(tab, live);
    this.#ended.set(tab, ended);
    const { kind, leaseId, generation } = record;
    const known = live.get(leaseId);
    if (kind === 'lease.granted') {
      if (known !== undefined || ended.has(leaseId)) this.#add(tab, leaseId, 'granted twice');
      live.set(leaseId, generation);
    } else if (kind === 'lease.renewed') {
      if (known === undefined || generation !== known + 1)
        this.#add(tab, leaseId, `renewed to ${generation} out of turn`);
      live.set(leaseId, generation);
    } else if (kind !== 'lease.fenced' && kind !== 'lease.unfenced') {
      if (known === undefined) this.#add(tab, leaseId, `${kind}, but it was not alive`);
      live.delete(leaseId);
      ended.add(leaseId);
    } else if (!ended.has(leaseId)) this.#add(tab, leaseId, `${kind} before its end`);
  }

  observe(tab: SimTab, { leases, self }: FabricSnapshot): void {
    const live = this.#live.get(tab);
    const shown = leases.filter(({ lessor, state }) => lessor === self && state === 'active');
    const unsealed = shown.find(({ leaseId, generation }) => live?.get(leaseId) !== generation);
    if (unsealed) this.#add(tab, unsealed.leaseId, 'is alive as the chain does not say');
    if (shown.length !== (live?.size ?? 0)) {
      this.#violations.add(
        'the audit is complete',
        `${tab.name}: ${live?.size ?? 0} sealed as alive, ${shown.length} are`,
      );
    }
  }

  gone(tab: SimTab): void {
    this.#live.delete(tab);
    this.#ended.delete(tab);
  }

  /** Every chain, from its first record to its last. */
  conclude(): void {
    for (const [cell, records] of this.#chains) {
      const verified = verifyAudit(records.map(auditLine));
      if (verified.ok) continue;
      const [finding] = verified.error;
      this.#violations.add('the audit is whole', `${shortId(cell)}: ${JSON.stringify(finding)}`);
    }
  }

  #add(tab: SimTab, leaseId: LeaseId, text: string): void {
    this.#violations.add('the audit is complete', `${tab.name}: lease ${shortId(leaseId)} ${text}`);
  }
}
