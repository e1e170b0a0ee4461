import { STEWARD_LIMITS, type CellId } from '../../../core/index.ts';
import type { Lease } from '../../../lease/index.ts';
import type { PolicyTerms } from '../../../steward/index.ts';
import type { ListedLease } from '../../../wire/index.ts';
import type { PolicyChange, PolicyView, PolicyWish } from '../../index.ts';

/** What the rules look like, and what a wish of the steward's makes of them. Pure. */

export function policyView({ admitted, name, ...terms }: PolicyTerms): PolicyView {
  return { ...terms, ...(name === '' ? {} : { name }), admitted: admitted.length };
}

/** The terms that a wish asks for. `here` are the cells that would not want to be locked out. */
export function changedTerms(wish: PolicyWish, here: readonly CellId[]): (terms: PolicyTerms) => PolicyTerms {
  return (terms) => {
    const changed = wish.what === 'set' ? withChange(terms, wish.change) : withCell(terms, wish);
    const isNewLobby = changed.hasLobby && !terms.hasLobby;
    // A lobby closes the door behind those who are in.
    const kept = isNewLobby ? union(changed.admitted, here) : changed.admitted;
    const self = here.slice(0, 1);
    const admitted = changed.hasLobby ? union(kept, self).filter((cell) => !changed.evicted.includes(cell)) : kept;
    return { ...changed, admitted: admitted.slice(-STEWARD_LIMITS.admittedMax) };
  };
}

export function listedLease(lease: Lease, nowMs: number): ListedLease {
  const { leaseId, kind, holder, quantity, ttlMs, expiresAtMs, state, revokeState } = lease;
  const remainingMs = state === 'active' ? Math.max(0, Math.floor(expiresAtMs - nowMs)) : 0;
  return { leaseId, kind, holder, quantity, ttlMs, remainingMs, revokeState };
}

function withCell(terms: PolicyTerms, wish: Exclude<PolicyWish, { readonly what: 'set' }>): PolicyTerms {
  const { cell } = wish;
  const without = (cells: readonly CellId[]): readonly CellId[] => cells.filter((each) => each !== cell);
  const evicted = without(terms.evicted);
  if (wish.what === 'evict') {
    const away = [...evicted, cell];
    const reasons = reasonsOf(away, { ...reasonsOf(evicted, terms.reasons), [cell]: wish.reason });
    return { ...terms, evicted: away, admitted: without(terms.admitted), reasons };
  }
  const reasons = reasonsOf(evicted, terms.reasons);
  return { ...terms, evicted, reasons, admitted: terms.hasLobby ? [...without(terms.admitted), cell] : terms.admitted };
}

/** The reasons there are for sending these cells away, the latest so many. */
function reasonsOf(
  evicted: readonly CellId[],
  given: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const known = evicted.flatMap((cell): readonly (readonly [CellId, string])[] => {
    const reason = given[cell];
    return reason === undefined ? [] : [[cell, reason]];
  });
  return Object.fromEntries(known.slice(-STEWARD_LIMITS.reasonsMax));
}

function withChange(terms: PolicyTerms, change: PolicyChange): PolicyTerms {
  const { name = terms.name, hasLobby = terms.hasLobby, leasesMax, quantityMax = {}, lenders = {} } = change;
  const leases = leasesMax === undefined ? terms.quota.leasesMax : (leasesMax ?? undefined);
  const quantities = Object.entries({ ...terms.quota.quantityMax, ...quantityMax });
  const lending = Object.entries({ ...terms.lenders, ...lenders });
  return {
    ...terms,
    name,
    hasLobby,
    quota: {
      ...(leases === undefined ? {} : { leasesMax: leases }),
      quantityMax: Object.fromEntries(quantities.flatMap(([kind, max]) => (max === null ? [] : [[kind, max]]))),
    },
    lenders: Object.fromEntries(lending.flatMap(([kind, cells]) => (cells === 'all' ? [] : [[kind, cells]]))),
  };
}

function union(cells: readonly CellId[], more: readonly CellId[]): readonly CellId[] {
  return [...new Set([...cells, ...more])];
}
