import { fromUtf8, JsonWriter, Output, progress } from 'grafos-std';

const BAD_INPUT: i32 = 1;
const BELOW_MAX: u64 = 100_000_000;
const REPORTS: u64 = 100;

/** Counts primes by trial division: slow on purpose, and the same everywhere. */
export function work(input: Uint8Array): Output {
  const below = numberOf(fromUtf8(input).trim());
  if (below < 2 || below > BELOW_MAX) {
    return Output.fail(BAD_INPUT, 'the input is a whole number from 2 to ' + BELOW_MAX.toString());
  }
  let primes: u64 = 0;
  for (let candidate: u64 = 2; candidate < below; candidate++) {
    if (candidate % (below / REPORTS + 1) === 0) progress(<u32>((candidate * REPORTS) / below), <u32>REPORTS);
    if (isPrime(candidate)) primes++;
  }
  return Output.json(JsonWriter.object().field('below', below).field('primes', primes));
}

function isPrime(candidate: u64): bool {
  for (let divisor: u64 = 2; divisor * divisor <= candidate; divisor++) {
    if (candidate % divisor === 0) return false;
  }
  return true;
}

function numberOf(text: string): u64 {
  if (text.length === 0 || text.length > 9) return 0;
  let value: u64 = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return 0;
    value = value * 10 + <u64>digit;
  }
  return value;
}
