import { MemoryStore } from '../../../src/cell/index.ts';
import { isCellId, type FabricId } from '../../../src/core/index.ts';
import {
  encodeTerms,
  OPEN_TERMS,
  PolicyBook,
  policyStatement,
  prove,
  StewardSeal,
  type PolicyTerms,
  type SignedPolicy,
  type StewardKey,
} from '../../../src/steward/index.ts';
import { cellIdOf } from '../../../src/transport/index.ts';
import { idOf, testBoard, testSigner, type ManualTime, type TestBoard } from '../../support/index.ts';

export const OURS = idOf.fabric('f1');

/** A steward's key that lives in the test. */
export function testKey(name = 'the steward'): StewardKey {
  const signer = testSigner(name);
  let version = 0;
  return {
    publicKey: signer.publicKey,
    sign: (message) => signer.sign(message),
    nextVersion: (least) => Promise.resolve((version = Math.max(version + 1, least))),
  };
}

export const stewardId = (key: StewardKey) => {
  const id = cellIdOf(key.publicKey);
  if (!isCellId(id)) throw new Error('no id');
  return id;
};

export const termsOf = (change: Partial<PolicyTerms>): PolicyTerms => ({ ...OPEN_TERMS, version: 1, ...change });

/** A policy as `key` signs it for a fabric. */
export async function signedBy(key: StewardKey, terms: PolicyTerms, fabric: FabricId = OURS): Promise<SignedPolicy> {
  const bytes = encodeTerms(terms);
  const { publicKey, signature } = await prove(key, policyStatement(fabric, bytes));
  return { terms: bytes, publicKey: new Uint8Array(publicKey), signature: new Uint8Array(signature) };
}

export interface TestBook {
  readonly at: TestBoard;
  readonly book: PolicyBook;
  readonly store: MemoryStore<SignedPolicy>;
  readonly seen: number[];
}

/** A book at a board of its own, which believes `key`. */
export function testBook(time: ManualTime, name: string, key: StewardKey, kept?: SignedPolicy): TestBook {
  const at = testBoard(time, name);
  const seal = new StewardSeal(OURS, stewardId(key), at.signer);
  const store = new MemoryStore<SignedPolicy>(4);
  if (kept) void store.put(OURS, kept);
  const seen: number[] = [];
  const changed = ({ version }: PolicyTerms): void => void seen.push(version);
  return { at, store, seen, book: new PolicyBook({ env: at.env, board: at.board, seal, store, changed }) };
}
