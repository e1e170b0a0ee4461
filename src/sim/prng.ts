import type { Bytes, Random } from '../core/index.ts';

const UINT32 = 0x1_0000_0000;

/**
 * Chance from a seed: sfc32, started by a mixed FNV of the seed's text. The same seed draws the same, on every engine.
 * `split` gives a stream of its own to each use, so that one more draw in one place moves nothing elsewhere.
 */
export class Prng implements Random {
  readonly #seed: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: string) {
    this.#seed = seed;
    this.#a = mixed(seed, 0x9e37_79b9);
    this.#b = mixed(seed, 0x85eb_ca6b);
    this.#c = mixed(seed, 0xc2b2_ae35);
    for (let round = 0; round < 12; round++) this.word();
  }

  /** The stream of this name under this seed, whatever has been drawn here before. */
  split(name: string): Prng {
    return new Prng(`${this.#seed}/${name}`);
  }

  /** A whole number of 32 bits. */
  word(): number {
    const sum = (this.#a + this.#b + this.#counter++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** From 0, below 1. */
  unit(): number {
    return this.word() / UINT32;
  }

  /** A whole number from 0, below `bound`. */
  below(bound: number): number {
    return Math.floor(this.unit() * bound);
  }

  between(min: number, max: number): number {
    return min + this.unit() * (max - min);
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** Memoryless waiting time of this mean, cut at eight times the mean. */
  exponential(mean: number): number {
    return Math.min(-Math.log(1 - this.unit()), 8) * mean;
  }

  /** One of `list`, or undefined when there is none. */
  pick<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)];
  }

  bytes(sizeBytes: number): Bytes {
    const bytes = new Uint8Array(sizeBytes);
    for (let index = 0; index < sizeBytes; index += 4) {
      const word = this.word();
      bytes[index] = word;
      bytes[index + 1] = word >>> 8;
      bytes[index + 2] = word >>> 16;
      bytes[index + 3] = word >>> 24;
    }
    return bytes;
  }
}

/** FNV-1a of the text from `start`, finished as MurmurHash3 finishes, so that near seeds begin far apart. */
function mixed(text: string, start: number): number {
  let hash = start;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}
