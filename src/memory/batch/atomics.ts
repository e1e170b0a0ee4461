import { OPERATION, type AtomicCode } from './layout.ts';

/** Does an atomic at a word that is known to be there, and answers the value before. */
export function atomic32(
  words: Uint32Array,
  code: AtomicCode,
  index: number,
  value: number,
  replacement: number,
): number {
  switch (code) {
    case OPERATION.load:
      return Atomics.load(words, index);
    case OPERATION.store:
    case OPERATION.exchange:
      return Atomics.exchange(words, index, value);
    case OPERATION.add:
      return Atomics.add(words, index, value);
    case OPERATION.sub:
      return Atomics.sub(words, index, value);
    case OPERATION.and:
      return Atomics.and(words, index, value);
    case OPERATION.or:
      return Atomics.or(words, index, value);
    case OPERATION.xor:
      return Atomics.xor(words, index, value);
    case OPERATION.compareExchange:
      return Atomics.compareExchange(words, index, value, replacement);
  }
}

/** The same for a word of 64 bits. */
export function atomic64(
  words: BigUint64Array,
  code: AtomicCode,
  index: number,
  value: bigint,
  replacement: bigint,
): bigint {
  switch (code) {
    case OPERATION.load:
      return Atomics.load(words, index);
    case OPERATION.store:
    case OPERATION.exchange:
      return Atomics.exchange(words, index, value);
    case OPERATION.add:
      return Atomics.add(words, index, value);
    case OPERATION.sub:
      return Atomics.sub(words, index, value);
    case OPERATION.and:
      return Atomics.and(words, index, value);
    case OPERATION.or:
      return Atomics.or(words, index, value);
    case OPERATION.xor:
      return Atomics.xor(words, index, value);
    case OPERATION.compareExchange:
      return Atomics.compareExchange(words, index, value, replacement);
  }
}
