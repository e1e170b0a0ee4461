import { fromHex, LINK_LIMITS, type CellId } from '../../core/index.ts';
import { DIGEST_BUCKETS, VERSION_BYTES, type Announcement, type FateOf } from '../../wire/index.ts';

/** What a cell believes of another. */
export type Belief = 'alive' | FateOf['fate'];

/** One cell of the fabric, as far as this one knows. */
export interface Entry {
  readonly cell: CellId;
  readonly announcement: Announcement;
  readonly incarnation: number;
  readonly belief: Belief;
  /** When it came to be believed. */
  readonly sinceMs: number;
  /** Who suspects it, this cell or others. */
  readonly doubters: readonly CellId[];
}

/** How long a cell that is gone is remembered, so that late gossip does not bring it back. */
const TOMBSTONE_MS = 60_000;
/** Suspicion by more cells than this ends no sooner. */
export const DOUBTERS_MAX = 4;

/**
 * Who is in the fabric, by the rules of SWIM as memberlist has them: of two beliefs the one of the later incarnation
 * holds; of one incarnation, dead beats suspect beats alive; only the cell itself raises its incarnation. Pure: it is
 * told the time and keeps none.
 */
export class MemberTable {
  readonly #entries = new Map<CellId, Entry>();
  readonly #buckets = new Uint32Array(DIGEST_BUCKETS);
  #present = 0;

  get(cell: CellId): Entry | undefined {
    return this.#entries.get(cell);
  }

  entries(): Iterable<Entry> {
    return this.#entries.values();
  }

  /** Cells believed alive or merely suspect. */
  get present(): number {
    return this.#present;
  }

  /** Takes a cell's word of itself. Whether it is news: a load that changed within an incarnation is not. */
  learn(cell: CellId, announcement: Announcement, nowMs: number): boolean {
    const known = this.#entries.get(cell);
    const { incarnation, sequence } = announcement;
    const fresh = { cell, announcement, incarnation, belief: 'alive', sinceMs: nowMs, doubters: [] } as const;
    if (!known) {
      if (this.#entries.size >= LINK_LIMITS.cellsMax) return false;
      this.#put(fresh);
      return true;
    }
    if (incarnation > known.incarnation) {
      this.#put(fresh);
      return true;
    }
    const isLoad = incarnation === known.incarnation && sequence > known.announcement.sequence;
    if (isLoad) this.#entries.set(cell, { ...known, announcement });
    return false;
  }

  /** Takes a belief about a cell that is known. Whether it is news. */
  fated({ cell, fate, incarnation, by }: FateOf, nowMs: number): boolean {
    const known = this.#entries.get(cell);
    if (!known || incarnation < known.incarnation) return false;
    const isSame = incarnation === known.incarnation;
    if (fate !== 'suspect') {
      if (isSame && !isPresent(known)) return false;
      this.#put({ ...known, incarnation, belief: fate, sinceMs: nowMs, doubters: [] });
      return true;
    }
    if (isSame && known.belief !== 'alive') {
      const isKnown = known.belief !== 'suspect' || known.doubters.includes(by);
      if (isKnown || known.doubters.length >= DOUBTERS_MAX) return false;
      this.#entries.set(cell, { ...known, doubters: [...known.doubters, by] });
      return true;
    }
    this.#put({ ...known, incarnation, belief: 'suspect', sinceMs: nowMs, doubters: [by] });
    return true;
  }

  /** Drops those that have been gone for long. */
  forget(nowMs: number): void {
    for (const entry of this.#entries.values()) {
      if (!isPresent(entry) && nowMs - entry.sinceMs > TOMBSTONE_MS) this.#entries.delete(entry.cell);
    }
  }

  /** Equal at two cells that know the same of everybody. */
  get digest(): number {
    return this.#buckets.reduce((sum, bucket) => (Math.imul(sum, 31) + bucket) >>> 0, 0);
  }

  /** A digest of each part. */
  buckets(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#buckets.slice().buffer);
  }

  /** The parts in which `theirs` differ, one bit each. */
  differing(theirs: Uint8Array): number {
    const view = new DataView(theirs.buffer, theirs.byteOffset, theirs.byteLength);
    let mask = 0;
    for (const [bucket, own] of this.#buckets.entries()) {
      if (view.getUint32(4 * bucket, true) !== own) mask |= 1 << bucket;
    }
    return mask >>> 0;
  }

  /** What this cell knows of each cell in these parts, packed as PROTOCOL.md §5 says. */
  versions(mask: number): Uint8Array<ArrayBuffer> {
    const chosen = this.#within(mask);
    const bytes = new Uint8Array(chosen.length * VERSION_BYTES);
    const view = new DataView(bytes.buffer);
    for (const [index, { cell, incarnation, belief }] of chosen.entries()) {
      const at = index * VERSION_BYTES;
      bytes.set(fromHex(cell) ?? [], at);
      view.setFloat64(at + 16, incarnation, true);
      view.setUint8(at + 24, isGone(belief) ? 1 : 0);
    }
    return bytes;
  }

  /** The cells in these parts of which this cell knows more than `theirs` say. */
  newerThan(mask: number, theirs: Uint8Array): readonly CellId[] {
    const view = new DataView(theirs.buffer, theirs.byteOffset, theirs.byteLength);
    const known = new Map<string, number>();
    for (let at = 0; at + VERSION_BYTES <= theirs.length; at += VERSION_BYTES) {
      const isDown = view.getUint8(at + 24) === 1;
      known.set(keyAt(view, at), rank(view.getFloat64(at + 16, true), isDown));
    }
    return this.#within(mask).flatMap(({ cell, incarnation, belief }) => {
      const their = known.get(keyOf(cell));
      // What is gone is only worth telling to somebody who thinks otherwise.
      if (their === undefined) return isGone(belief) ? [] : [cell];
      return rank(incarnation, isGone(belief)) > their ? [cell] : [];
    });
  }

  #within(mask: number): Entry[] {
    return [...this.#entries.values()].filter(({ cell }) => (mask & (1 << bucketOf(cell))) !== 0);
  }

  #put(entry: Entry): void {
    const before = this.#entries.get(entry.cell);
    const bucket = bucketOf(entry.cell);
    const change = (before ? weight(before) : 0) ^ weight(entry);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) ^ change;
    this.#present += (isPresent(entry) ? 1 : 0) - (before && isPresent(before) ? 1 : 0);
    this.#entries.set(entry.cell, entry);
  }
}

export function isPresent({ belief }: Pick<Entry, 'belief'>): boolean {
  return !isGone(belief);
}

function isGone(belief: Belief): boolean {
  return belief === 'dead' || belief === 'left';
}

/** A later incarnation beats an earlier one, gone beats present. */
function rank(incarnation: number, isDown: boolean): number {
  return 2 * incarnation + (isDown ? 1 : 0);
}

function bucketOf(cell: CellId): number {
  return parseInt(cell.slice(0, 2), 16) % DIGEST_BUCKETS;
}

/** What one cell adds to the digest; nothing when it is gone. */
function weight(entry: Entry): number {
  if (!isPresent(entry)) return 0;
  const { cell, incarnation } = entry;
  let sum = 0x811c_9dc5 ^ incarnation ^ Math.floor(incarnation / 2 ** 32);
  for (let at = 0; at < cell.length; at += 8) sum = Math.imul(sum ^ parseInt(cell.slice(at, at + 8), 16), 0x0100_0193);
  return (sum ^ (sum >>> 15)) >>> 0;
}

function keyOf(cell: CellId): string {
  return [0, 8, 16, 24].map((at) => parseInt(cell.slice(at, at + 8), 16)).join();
}

function keyAt(view: DataView, at: number): string {
  return [0, 4, 8, 12].map((offset) => view.getUint32(at + offset)).join();
}
