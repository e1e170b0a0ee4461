import { LEASE_LIMITS, type CellId } from '../core/index.ts';
import { type LeaseDenial, type LeasePolicy, type Quota } from '../lease/index.ts';
import type { PolicyTerms } from './terms.ts';

/** Whether these terms let a cell be a member. */
export function isMember({ hasLobby, admitted, evicted }: PolicyTerms, cell: CellId): boolean {
  return !evicted.includes(cell) && (!hasLobby || admitted.includes(cell));
}

/** Why these terms do not let `lessor` lend a kind. */
export function lendingDenial(
  { version, lenders }: PolicyTerms,
  lessor: CellId,
  kind: string,
): LeaseDenial | undefined {
  const allowed = lenders[kind];
  if (allowed === undefined || allowed.includes(lessor)) return undefined;
  return { code: 'lease_denied', message: `${nameOf(version)} lets this cell lend no ${kind}` };
}

/** The steward's terms as a cell's lessor asks for them, always the present ones; `isHere`: whether a cell may be a member. */
export function lendingRules(self: CellId, terms: () => PolicyTerms, isHere: (cell: CellId) => boolean): LeasePolicy {
  let known: PolicyTerms | undefined;
  let quota: Quota = { leasesMax: LEASE_LIMITS.perHolderMax, quantityMax: {} };
  return {
    quotaOf() {
      const now = terms();
      if (now !== known) quota = quotaIn(now);
      known = now;
      return quota;
    },
    denial(holder, wishes) {
      const now = terms();
      if (now.version === 0) return undefined;
      // A run that was let in a moment ago may ask after its submitter was sent away.
      if (!isHere(holder)) {
        return { code: 'lease_denied', message: `${nameOf(now.version)} lets ${holder.slice(0, 8)} hold nothing here` };
      }
      for (const { kind } of wishes) {
        const denial = lendingDenial(now, self, kind);
        if (denial) return denial;
      }
      return undefined;
    },
  };
}

function quotaIn({ version, quota: { leasesMax = LEASE_LIMITS.perHolderMax, quantityMax } }: PolicyTerms): Quota {
  return { leasesMax, quantityMax, ...(version === 0 ? {} : { by: nameOf(version) }) };
}

function nameOf(version: number): string {
  return `policy ${version} of the steward`;
}
