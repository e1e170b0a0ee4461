import { fromUtf8, JsonWriter, Output, progress } from 'grafos-std';

const ROUNDS_DEFAULT: u32 = 60;
const ROUNDS_MAX: u32 = 250;
const STEPS_PER_ROUND: u32 = 60_000_000; // about a tenth of a second on a laptop
const INVALID_INPUT: i32 = 1;

/** Turns a random number generator for as many rounds as the input says: work of several seconds, with progress. */
export function spin(input: Uint8Array): Output {
  const text = fromUtf8(input).trim();
  const rounds = text.length === 0 ? ROUNDS_DEFAULT : wholeNumber(text);
  if (rounds === 0 || rounds > ROUNDS_MAX) {
    return Output.fail(INVALID_INPUT, 'the input is a number of rounds from 1 to ' + ROUNDS_MAX.toString());
  }
  let state: u64 = 0x9e3779b97f4a7c15;
  for (let round: u32 = 0; round < rounds; round++) {
    progress(round, rounds);
    state = turned(state, STEPS_PER_ROUND);
  }
  progress(rounds, rounds);
  return Output.json(JsonWriter.object().field('rounds', rounds).field('state', state.toString(16)));
}

/** xorshift64 (Marsaglia 2003), `steps` times. */
function turned(state: u64, steps: u32): u64 {
  for (let step: u32 = 0; step < steps; step++) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
  }
  return state;
}

/** The number that `text` spells in digits, or 0. */
function wholeNumber(text: string): u32 {
  let value: u32 = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9 || value > ROUNDS_MAX) return 0;
    value = value * 10 + <u32>digit;
  }
  return value;
}
