import { ByteWriter, FabricHashMap, FabricMem, JsonWriter, Output } from 'grafos-std';

const NO_MAP: i32 = 1;
const LEASE_OVER: i32 = 2;
/** Places for a count, before it is followed by its word: the shape that `uniq -c` writes. */
const COUNT_PLACES: i32 = 7;

/** Writes the map at the start of lease 0 down: its words in order, each after its count. */
export function report(_input: Uint8Array): Output {
  const shared = FabricMem.at(0);
  if (shared === null) return Output.fail(NO_MAP, 'the run was handed no lease');
  const words = FabricHashMap.open<string, u64>(shared);
  if (words === null)
    return Output.fail(NO_MAP, 'there is no map of words in the lease, status ' + shared.status.toString());
  const counts = new Map<string, u64>();
  let total: u64 = 0;
  for (let from: u64 = 0; ;) {
    const part = words.part(from);
    if (part === null) return Output.fail(LEASE_OVER, 'the map cannot be read, status ' + words.status.toString());
    for (let i = 0; i < part.keys.length; i++) {
      counts.set(part.keys[i], part.values[i]);
      total += part.values[i];
    }
    if (part.isLast) break;
    from = part.next;
  }
  const keys = counts.keys();
  keys.sort();
  const lines = new ByteWriter();
  for (let i = 0; i < keys.length; i++) {
    const times = counts.get(keys[i]).toString().padStart(COUNT_PLACES);
    lines.text(times + ' ' + keys[i] + '\n');
  }
  const summary = JsonWriter.object().field('words', total).field('distinct', keys.length);
  return Output.bytes(lines.toBytes()).respond(summary);
}
