import {
  err,
  forgetOldest,
  ok,
  STEWARD_LIMITS,
  type CellId,
  type Env,
  type FabricErrorCode,
  type Result,
} from '../core/index.ts';
import type { Store } from '../cell/index.ts';
import type { Switchboard } from '../transport/index.ts';
import { STEWARD, type PolicyMessage, type StewardProof } from '../wire/index.ts';
import { policyStatement, prove, type StewardKey, type StewardSeal } from './proofs.ts';
import { decodeTerms, encodeTerms, OPEN_TERMS, type PolicyTerms } from './terms.ts';

/** A policy as it travels and as a profile keeps it. */
export interface SignedPolicy extends StewardProof {
  readonly terms: Uint8Array<ArrayBuffer>;
}

/** Why a policy is not taken. */
export type PolicyFault = 'malformed' | 'older' | 'not_the_steward' | 'forged';

export interface PolicyBookDeps {
  readonly env: Pick<Env, 'log'>;
  readonly board: Switchboard;
  readonly seal: StewardSeal;
  /** Where the policy outlives the tab, by fabric. */
  readonly store: Store<SignedPolicy>;
  /** Other terms hold from now on. */
  readonly changed: (terms: PolicyTerms) => void;
}

/**
 * The policy that holds here: the newest that the steward signed for this fabric. It goes to every member once, needs no
 * steward to be there, and is what this profile begins with next time.
 */
export class PolicyBook {
  readonly #deps: PolicyBookDeps;
  readonly #forgeries = new Map<CellId, number>();
  #signed: SignedPolicy | undefined;
  #terms: PolicyTerms = OPEN_TERMS;

  constructor(deps: PolicyBookDeps) {
    const { board } = deps;
    this.#deps = deps;
    board.handlers.onEvent(STEWARD.policyTold, (from, policy) => void this.heard(from, policy));
    board.listen({
      joined: (cell) => this.#tell(cell),
      left: () => undefined,
      refused: () => undefined,
    });
  }

  get terms(): PolicyTerms {
    return this.#terms;
  }

  /** Takes what this profile kept, which another tab of it may have renewed meanwhile. */
  async load(): Promise<void> {
    const { store, seal } = this.#deps;
    const kept = seal.steward === undefined ? undefined : await store.get(seal.fabric).catch(() => undefined);
    if (kept) await this.take(ownPolicy(kept));
  }

  /** Believes a policy if it is newer and the steward's, keeps it and passes it on. */
  async take(policy: SignedPolicy, from?: CellId): Promise<Result<void, PolicyFault>> {
    const { seal, board, store, env, changed } = this.#deps;
    if (!seal.isKey(policy.publicKey)) return err('not_the_steward');
    const terms = decodeTerms(policy.terms);
    if (!terms.ok) return terms;
    if (terms.value.version <= this.#terms.version) return err('older');
    if (!(await seal.isSigned(policyStatement(seal.fabric, policy.terms), policy))) return err('forged');
    // A newer one may have come while this one was checked.
    if (terms.value.version <= this.#terms.version) return err('older');
    this.#signed = policy;
    this.#terms = terms.value;
    for (const cell of board.peers()) if (cell !== from) this.#tell(cell);
    store.put(seal.fabric, policy).catch((error: unknown) => {
      env.log.write('warn', 'the policy was not kept', { reason: String(error) });
    });
    changed(terms.value);
    return ok(undefined);
  }

  /** Signs other terms in the place of these. Refused with `capacity_exceeded` when they are out of bounds. */
  async sign(
    key: StewardKey,
    change: (terms: PolicyTerms) => PolicyTerms,
  ): Promise<Result<PolicyTerms, Extract<FabricErrorCode, 'capacity_exceeded' | 'internal'>>> {
    await this.load();
    const changed = change(this.#terms);
    const version = await key.nextVersion(this.#terms.version + 1);
    const terms = encodeTerms({ ...changed, version });
    if (!decodeTerms(terms).ok) return err('capacity_exceeded');
    const proof = await prove(key, policyStatement(this.#deps.seal.fabric, terms));
    const taken = await this.take(ownPolicy({ terms, ...proof }));
    return taken.ok ? ok(this.#terms) : err('internal');
  }

  /** The signed policy, where it is newer than one of this version. */
  newerThan(version: number): SignedPolicy | undefined {
    return this.#terms.version > version ? this.#signed : undefined;
  }

  /** Another cell tells of a policy; after a few that are not to be believed it is no longer heard. */
  async heard(from: CellId, policy: PolicyMessage): Promise<void> {
    const forgeries = this.#forgeries.get(from) ?? 0;
    if (forgeries >= STEWARD_LIMITS.forgeriesMax) return;
    const taken = await this.take(ownPolicy(policy), from);
    if (taken.ok || taken.error === 'older') return;
    this.#forgeries.set(from, forgeries + 1);
    forgetOldest(this.#forgeries, STEWARD_LIMITS.warrantsMax);
    this.#deps.env.log.write('warn', 'a policy was not believed', { cell: from, fault: taken.error });
  }

  #tell(cell: CellId): void {
    if (this.#signed) this.#deps.board.notify(cell, STEWARD.policyTold, this.#signed);
  }
}

/** Bytes that came in a message are part of it; what is kept is not. */
function ownPolicy({ terms, publicKey, signature }: Readonly<Record<keyof SignedPolicy, Uint8Array>>): SignedPolicy {
  return {
    terms: new Uint8Array(terms),
    publicKey: new Uint8Array(publicKey),
    signature: new Uint8Array(signature),
  };
}
