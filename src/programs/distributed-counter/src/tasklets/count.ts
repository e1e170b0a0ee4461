import { FabricMem, fromUtf8, JsonWriter, Output, progress, Status } from 'grafos-std';

const INCREMENTS_MAX: u32 = 1_000_000;
const REPORTS: u32 = 20;
const BAD_INPUT: i32 = 1;
const NO_LEASE: i32 = 2;
const LEASE_OVER: i32 = 3;

/** Adds one to the u64 at the start of lease 0, as often as the input says, and answers the last value it saw. */
export function count(input: Uint8Array): Output {
  const increments = incrementsOf(fromUtf8(input).trim());
  if (increments === 0) return Output.fail(BAD_INPUT, 'the input is a whole number from 1 to 1000000');
  const shared = FabricMem.at(0);
  if (shared === null) return Output.fail(NO_LEASE, 'the run was handed no lease to count in');
  const reportEvery = max<u32>(increments / REPORTS, 1);
  let last: u64 = 0;
  for (let done: u32 = 1; done <= increments; done++) {
    last = shared.add64(0, 1) + 1;
    if (shared.status !== Status.OK) {
      return Output.fail(
        LEASE_OVER,
        'the lease was over after ' + (done - 1).toString() + ' steps, status ' + shared.status.toString(),
      );
    }
    if (done % reportEvery === 0) progress(done, increments);
  }
  return Output.json(JsonWriter.object().field('increments', increments).field('last', last));
}

/** The number that the text is, or 0 when it is none in bounds. */
function incrementsOf(text: string): u32 {
  if (text.length === 0 || text.length > 7) return 0;
  let value: u32 = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return 0;
    value = value * 10 + digit;
  }
  return value <= INCREMENTS_MAX ? value : 0;
}
