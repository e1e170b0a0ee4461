// Calls of structures: what all collections have in common. Bytes are laid out and changed where they are
// (src/memory/MEMORY.md §4); here calls are written and answers are read.
import { ByteReader, ByteWriter } from '../bytes';
import { FabricMem } from '../mem';

/** Bytes of elements that one call carries at most, so that it fits a message. */
export const CALL_BYTES_MAX: i32 = 60000;
export const LENGTH_BYTES: u32 = 4;
/** The longest answer. */
export const ANSWER_BYTES_MAX: i32 = 8388608;
/** How long one wait lasts before it is looked whether the lease still lives. */
export const WAIT_MS: u32 = 1000;

/** Reads an answer from front to back. */
export class Answer {
  private offset: u32 = 0;

  constructor(private readonly reader: ByteReader) {}

  u32(): u32 {
    const value = this.reader.u32le(this.offset);
    this.offset += 4;
    return value;
  }

  u64(): u64 {
    const value = this.reader.u64le(this.offset);
    this.offset += 8;
    return value;
  }

  bytes(length: u32): Uint8Array {
    if (!this.reader.has(this.offset, length)) return new Uint8Array(0);
    const start = <i32>this.offset;
    this.offset += length;
    return this.reader.bytes.subarray(start, start + <i32>length);
  }

  item(): Uint8Array {
    return this.bytes(this.u32());
  }

  list(): Uint8Array[] {
    const count = this.u32();
    const items: Uint8Array[] = [];
    for (let i: u32 = 0; i < count && !this.reader.isShort; i++) items.push(this.item());
    return items;
  }
}

/** A structure in leased memory. What failed leaves its status in `status`, and answers a zero. */
export class Structure {
  constructor(
    readonly mem: FabricMem,
    readonly base: u64,
    private readonly code: u32,
  ) {}

  /** Of the latest call: 0, or a `Status`. */
  get status(): i32 {
    return this.mem.status;
  }

  call(operation: u32): ByteWriter {
    return new ByteWriter(64).u8(this.code).u8(operation).u16le(0).u32le(0).u64le(this.base);
  }

  /** Sends a call whose answer has at most `capacity` bytes. Null when it failed. */
  send(call: ByteWriter, capacity: u32): Answer | null {
    const answer = this.mem.structure(call.toBytes(), <i32>capacity);
    return answer === null ? null : new Answer(new ByteReader(answer));
  }

  /** Sends a call that answers nothing. */
  did(call: ByteWriter): bool {
    return this.send(call, 0) !== null;
  }

  /** While the word at `offset` from the base is `seen`, waits a while for a notify. */
  wait(offset: u64, seen: u32, timeoutMs: u32 = WAIT_MS): bool {
    return this.mem.wait(this.base + offset, seen, timeoutMs) >= 0;
  }
}

export function writeList(call: ByteWriter, items: Uint8Array[], from: i32, to: i32): void {
  call.u32le(to - from);
  for (let i = from; i < to; i++) call.u32le(items[i].length).bytes(items[i]);
}

/** Where the items from `from` on that fit one call end. */
export function endOfCall(items: Uint8Array[], from: i32): i32 {
  let size = 0;
  let end = from;
  while (end < items.length) {
    size += <i32>LENGTH_BYTES + items[end].length;
    if (size > CALL_BYTES_MAX && end > from) break;
    end++;
  }
  return end;
}
