import type { Random } from './env.ts';
import { toHex } from './bytes.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Who a cell is: the first 16 bytes of the SHA-256 of its Ed25519 public key, as 32 hex characters. */
export type CellId = Branded<'CellId'>;
/** A lease of one lessor: 16 random bytes, as 32 hex characters. */
export type LeaseId = Branded<'LeaseId'>;
/** One execution of a tasklet: 16 random bytes, as 32 hex characters. */
export type RunId = Branded<'RunId'>;
/** What a fabric is called on the wire: a digest of its key, 32 hex characters. */
export type FabricId = Branded<'FabricId'>;
/** The SHA-256 of some bytes, as 64 hex characters: the name of a module, an input or an output. */
export type ContentHash = Branded<'ContentHash'>;

const ID_PATTERN = /^[0-9a-f]{32}$/;
const CONTENT_HASH_PATTERN = /^[0-9a-f]{64}$/;
const ID_SIZE_BYTES = 16;
const NUMBER_SIZE_BYTES = 4;

export function isCellId(text: string): text is CellId {
  return ID_PATTERN.test(text);
}

export function isLeaseId(text: string): text is LeaseId {
  return ID_PATTERN.test(text);
}

export function isRunId(text: string): text is RunId {
  return ID_PATTERN.test(text);
}

export function isFabricId(text: string): text is FabricId {
  return ID_PATTERN.test(text);
}

export function isContentHash(text: string): text is ContentHash {
  return CONTENT_HASH_PATTERN.test(text);
}

/** A fresh id of the kind that `isKind` recognises. */
export function freshId<Id extends string>(random: Random, isKind: (text: string) => text is Id & string): Id {
  const text = toHex(random.bytes(ID_SIZE_BYTES));
  if (!isKind(text)) throw new TypeError('freshId serves 32-character ids only');
  return text;
}

/**
 * A number from 1 to 2^32 - 1 that `isTaken` does not know. It is drawn, not counted: what a cell that was reloaded once gave
 * out must not mean something else now.
 */
export function freshNumber(random: Random, isTaken: (number: number) => boolean): number {
  for (;;) {
    const bytes = random.bytes(NUMBER_SIZE_BYTES);
    const number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    if (number !== 0 && !isTaken(number)) return number;
  }
}

/** The part of an id that people read aloud: its first eight characters. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}
