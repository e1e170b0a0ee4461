import {
  decodeTerms,
  encodeTerms,
  orderStatement,
  policyStatement,
  prove,
  type SignedPolicy,
  type StewardKey,
} from '../../steward/index.ts';
import { STEWARD, type StewardOrder } from '../../wire/index.ts';
import type { Violations } from '../check/index.ts';
import type { Prng } from '../prng.ts';
import type { SimTab } from '../tab.ts';
import type { Rogue } from './rogue.ts';

/** What the rogue tries against the steward: policies that are old, changed or its own, and orders nobody gave it. */
export class Forgeries {
  readonly #rogue: Rogue;
  readonly #prng: Prng;
  readonly #violations: Violations;

  constructor(rogue: Rogue, prng: Prng, violations: Violations) {
    this.#rogue = rogue;
    this.#prng = prng;
    this.#violations = violations;
  }

  /** Tries something at this tab; answers it in words. */
  act(tab: SimTab): string {
    const heard = this.#prng.pick(this.#rogue.policies);
    if (!heard || this.#prng.chance(0.2)) {
      void this.#order(tab);
      return `orders ${tab.name} about`;
    }
    void this.#forged(heard).then((policy) => this.#rogue.board.notify(tab.host.self, STEWARD.policyTold, policy));
    return `tells ${tab.name} of a policy`;
  }

  async #forged(heard: SignedPolicy): Promise<SignedPolicy> {
    const { fabricId, signer, board } = this.#rogue;
    const read = decodeTerms(heard.terms);
    if (!read.ok) return heard;
    const { version, evicted } = read.value;
    const without = evicted.filter((cell) => cell !== board.self);
    const terms = encodeTerms({ ...read.value, version: version + 1 + this.#prng.below(1_000), evicted: without });
    switch (this.#prng.below(3)) {
      case 0:
        return heard;
      case 1:
        return { ...heard, terms };
      default: {
        const { signature } = await prove(ownKey(signer), policyStatement(fabricId, terms));
        return { terms, signature, publicKey: this.#prng.chance(0.5) ? heard.publicKey : signer.publicKey };
      }
    }
  }

  async #order(tab: SimTab): Promise<void> {
    const { board, fabricId, signer } = this.#rogue;
    const lessor = tab.host.self;
    const lease = this.#prng.pick(tab.host.snapshot().leases);
    const order: StewardOrder = lease ? { action: 'revoke', leaseId: lease.leaseId, graceMs: 0 } : { action: 'list' };
    const proof = await prove(ownKey(signer), orderStatement(fabricId, board.self, lessor, order));
    const answer = await board.call(lessor, STEWARD.order, { order, ...proof });
    if (answer.ok) this.#violations.add('orders are the steward’s', `${tab.name}: did what the rogue ordered`);
  }
}

function ownKey(signer: Rogue['signer']): StewardKey {
  return {
    publicKey: signer.publicKey,
    sign: (message) => signer.sign(message),
    nextVersion: (least) => Promise.resolve(least),
  };
}
