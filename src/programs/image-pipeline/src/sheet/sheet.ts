import { FabricMem, utf8 } from 'grafos-std';

/** How the shared lease is laid out: a header, a table of pictures by the hash of their files, then the pixels of each. */
export namespace Sheet {
  export const SIDE: i32 = 72;
  export const CHANNELS: i32 = 3;
  export const COLUMNS_MAX: i32 = 4;
  export const PLACES_MAX: i32 = 64;
  /** What the first word says. */
  export const MAGIC: u32 = 0x31544853; // "SHT1"
  export const COUNT_AT: u64 = 4;
  export const COLUMNS_AT: u64 = 8;
  /** Counts the places that were filled; whoever looks on waits for it to change. */
  export const FILLED_AT: u64 = 12;
  export const HEADER_BYTES: u64 = 64;
  /** Of the table: the hash, then width and height of the small picture, and whether it is there. */
  export const HASH_CHARACTERS: i32 = 32;
  export const ENTRY_BYTES: u64 = 48;
  export const WIDTH_AT: u64 = 32;
  export const HEIGHT_AT: u64 = 36;
  export const STATE_AT: u64 = 40;
  export const PLACE_BYTES: u64 = 15_552; // SIDE * SIDE * CHANNELS
  const PIXELS_AT: u64 = 64 + 64 * 48;

  export function entryAt(place: i32): u64 {
    return HEADER_BYTES + <u64>place * ENTRY_BYTES;
  }

  export function pixelsAt(place: i32): u64 {
    return PIXELS_AT + <u64>place * PLACE_BYTES;
  }

  /** The start of a hash, as it stands in the table. */
  export function key(hash: string): Uint8Array {
    return utf8(hash.substring(0, HASH_CHARACTERS));
  }

  export function sizeFor(places: i32): u64 {
    return pixelsAt(places);
  }
}

/** The lease of the sheet once it has been laid out; null before that. */
export function openSheet(): FabricMem | null {
  const shared = FabricMem.at(0);
  if (shared === null) return null;
  const head = shared.read(0, 4);
  return head.length === 4 && load<u32>(head.dataStart) === Sheet.MAGIC ? shared : null;
}
