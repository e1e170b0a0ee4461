import { FabricHashMap, FabricMem, fromUtf8, JsonWriter, Output, progress } from 'grafos-std';

const NO_MAP: i32 = 1;
const MAP_FULL: i32 = 2;
/** Words that go to the map together. */
const TOGETHER: i32 = 2_048;

/** Adds how often each word of the input occurs to the map at the start of lease 0. A word is letters a to z, in any case. */
export function count(input: Uint8Array): Output {
  const shared = FabricMem.at(0);
  if (shared === null) return Output.fail(NO_MAP, 'the run was handed no lease');
  const words = FabricHashMap.open<string, u64>(shared);
  if (words === null)
    return Output.fail(NO_MAP, 'there is no map of words in the lease, status ' + shared.status.toString());
  const counted = countsOf(input);
  const keys = counted.keys();
  const counts = counted.values();
  let total: u64 = 0;
  for (let from = 0; from < keys.length; from += TOGETHER) {
    const end = min(from + TOGETHER, keys.length);
    if (words.addMany(keys.slice(from, end), counts.slice(from, end)) < end - from) {
      return Output.fail(MAP_FULL, 'the map took no more words, status ' + words.status.toString());
    }
    for (let i = from; i < end; i++) total += counts[i];
    progress(end, keys.length);
  }
  return Output.json(JsonWriter.object().field('words', total).field('distinct', keys.length));
}

function countsOf(text: Uint8Array): Map<string, u64> {
  const counts = new Map<string, u64>();
  const word = new Uint8Array(text.length);
  let length = 0;
  for (let at = 0; at <= text.length; at++) {
    const letter = at < text.length ? text[at] | 0x20 : 0;
    if (letter >= 0x61 && letter <= 0x7a) {
      word[length++] = letter;
    } else if (length > 0) {
      const key = fromUtf8(word.subarray(0, length));
      counts.set(key, counts.has(key) ? counts.get(key) + 1 : 1);
      length = 0;
    }
  }
  return counts;
}
