import { OPEN_POLICY } from '../../src/lease/lending/policy.ts';
import type * as Rosters from '../../src/membership/roster.ts';
import type * as Policies from '../../src/steward/policy-book.ts';
import type * as Proofs from '../../src/steward/proofs.ts';
import type * as Rules from '../../src/steward/rules.ts';
import { decodeTerms, OPEN_TERMS } from '../../src/steward/terms.ts';
import { PATHS, replace, type Mutant } from './broken.ts';

/** Cells that do not keep to what the steward of their fabric has signed. */
export const LAWLESS: readonly Mutant[] = [
  {
    name: 'believes every policy, whoever signed it',
    rules: ['policies are the steward’s'],
    install: () =>
      replace<typeof Proofs>(PATHS.proofs, ({ StewardSeal: Real }) => {
        class StewardSeal extends Real {
          override isKey() {
            return true;
          }

          override isSigned() {
            return Promise.resolve(true);
          }
        }
        return { StewardSeal };
      }),
  },
  {
    name: 'goes back to an older policy',
    rules: ['policies only move on', 'everything ends'],
    install: () =>
      replace<typeof Policies>(PATHS.policies, ({ PolicyBook: Real }) => {
        class PolicyBook extends Real {
          #told = OPEN_TERMS;

          override get terms() {
            return this.#told;
          }

          override async take(...[policy, from]: Parameters<InstanceType<typeof Real>['take']>) {
            const taken = await super.take(policy, from);
            const terms = decodeTerms(policy.terms);
            if (terms.ok && (taken.ok || taken.error === 'older')) this.#told = terms.value;
            return taken;
          }
        }
        return { PolicyBook };
      }),
  },
  {
    name: 'lends what the policy forbids',
    rules: ['lent within the policy'],
    install: () => replace<typeof Rules>(PATHS.rules, () => ({ lendingRules: () => OPEN_POLICY })),
  },
  {
    name: 'keeps counting on cells that were sent away',
    rules: ['evicted is out'],
    install: () =>
      replace<typeof Rosters>(PATHS.roster, ({ Roster: Real }) => {
        class Roster extends Real {
          constructor(deps: Rosters.RosterDeps) {
            super({ ...deps, isBarred: () => false });
          }

          override expel(): void {
            // Whoever is there stays.
          }
        }
        return { Roster };
      }),
  },
];
