import { type Bytes, type CellId, type FabricId, type Signer } from '../core/index.ts';
import { cellIdOf } from '../transport/index.ts';
import { encodeCbor, type StewardOrder, type StewardProof } from '../wire/index.ts';

/** The steward's key, which stays where it was made. Its public half hashes to the `s` of the fabric's link. */
export interface StewardKey {
  readonly publicKey: Bytes;
  sign(message: Bytes): Promise<Bytes>;
  /** A version that this key has not signed yet, at least `least`: tabs of one profile never sign two policies of one. */
  nextVersion(least: number): Promise<number>;
}

/** What is signed: each kind of statement under a label of its own, for one fabric. */
export function policyStatement(fabric: FabricId, terms: Uint8Array): Bytes {
  return encodeCbor(['grafos-web/policy/1', fabric, terms]);
}

/** This cell is the steward's own. */
export function warrantStatement(fabric: FabricId, cell: CellId): Bytes {
  return encodeCbor(['grafos-web/warrant/1', fabric, cell]);
}

/** `from`, a cell of the steward's, asks this of `lessor`. Good at no other cell, for no other lease and from nobody else. */
export function orderStatement(fabric: FabricId, from: CellId, lessor: CellId, order: StewardOrder): Bytes {
  return encodeCbor(['grafos-web/order/1', fabric, from, lessor, order]);
}

export async function prove(key: StewardKey, statement: Bytes): Promise<StewardProof> {
  return { publicKey: key.publicKey, signature: new Uint8Array(await key.sign(statement)) };
}

/** Checks the word of one fabric's steward; false for everything in a fabric that has none. */
export class StewardSeal {
  readonly fabric: FabricId;
  readonly steward: CellId | undefined;
  readonly #signer: Pick<Signer, 'verify'>;

  constructor(fabric: FabricId, steward: CellId | undefined, signer: Pick<Signer, 'verify'>) {
    this.fabric = fabric;
    this.steward = steward;
    this.#signer = signer;
  }

  /** Whether a key is the steward's: costs one hash, so it comes before any signature. */
  isKey(publicKey: Uint8Array): boolean {
    return this.steward !== undefined && cellIdOf(new Uint8Array(publicKey)) === this.steward;
  }

  async isSigned(statement: Bytes, { publicKey, signature }: StewardProof): Promise<boolean> {
    if (!this.isKey(publicKey)) return false;
    return this.#signer.verify(new Uint8Array(publicKey), statement, new Uint8Array(signature));
  }
}
