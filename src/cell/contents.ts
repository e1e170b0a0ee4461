import { contentHash, STORE_LIMITS, type Bytes, type ContentHash } from '../core/index.ts';

/**
 * Modules, inputs and outputs by their SHA-256, in memory, so that other cells can fetch what they lack.
 * Bounded: the content used longest ago makes room, unless somebody holds it.
 */
export class Contents {
  readonly #bytesMax: number;
  readonly #bytesOf = new Map<ContentHash, Bytes>();
  readonly #holds = new Map<ContentHash, number>();
  #totalBytes = 0;

  constructor(bytesMax: number = STORE_LIMITS.contentBytesMax) {
    this.#bytesMax = bytesMax;
  }

  /** Keeps `bytes` and answers their name. */
  put(bytes: Bytes): ContentHash {
    const hash = contentHash(bytes);
    this.keep(hash, bytes);
    return hash;
  }

  /** The same for bytes whose name the caller has computed. */
  keep(hash: ContentHash, bytes: Bytes): void {
    if (this.get(hash)) return;
    this.#bytesOf.set(hash, bytes);
    this.#totalBytes += bytes.length;
    this.#makeRoom(hash);
  }

  get(hash: ContentHash): Bytes | undefined {
    const bytes = this.#bytesOf.get(hash);
    if (!bytes) return undefined;
    this.#bytesOf.delete(hash);
    this.#bytesOf.set(hash, bytes);
    return bytes;
  }

  /** Keeps a content from making room until `release`. */
  hold(hash: ContentHash): void {
    this.#holds.set(hash, (this.#holds.get(hash) ?? 0) + 1);
  }

  release(hash: ContentHash): void {
    const holds = (this.#holds.get(hash) ?? 0) - 1;
    if (holds > 0) this.#holds.set(hash, holds);
    else this.#holds.delete(hash);
  }

  #makeRoom(newest: ContentHash): void {
    for (const [hash, bytes] of this.#bytesOf) {
      if (this.#totalBytes <= this.#bytesMax) return;
      if (hash === newest || this.#holds.has(hash)) continue;
      this.#bytesOf.delete(hash);
      this.#totalBytes -= bytes.length;
    }
  }
}
