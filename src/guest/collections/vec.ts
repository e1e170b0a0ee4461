// FabricVec and VarFabricVec: elements by index in leased memory.
import { ByteWriter } from '../bytes';
import { Status } from '../host';
import { FabricMem } from '../mem';
import { decode, encode, encodeAll, fixedBytes, zero } from './codec';
import { Answer, ANSWER_BYTES_MAX, endOfCall, LENGTH_BYTES, Structure, writeList } from './structure';

const VEC: u32 = 1;
const VAR_VEC: u32 = 2;
const CREATE: u32 = 0;
const OPEN: u32 = 1;
const GET: u32 = 2;
const SET: u32 = 3;
const PUSH: u32 = 4;
const POP: u32 = 5;
const RESIZE: u32 = 6;
const CLEAR: u32 = 6;
const VEC_HEADER_BYTES: u32 = 24;
const VAR_VEC_HEADER_BYTES: u32 = 32;
const PUSH_ANSWER_BYTES: u32 = 12;
/** Room for a first try at an element of unknown size. */
const GUESS_BYTES: i32 = 1024;

/** Elements of one greatest size. Numbers lie raw, one after the other; others have their length before them. */
export class FabricVec<T> extends Structure {
  /** Whether the latest `get` or `pop` found an element. */
  found: bool = false;

  private constructor(
    mem: FabricMem,
    base: u64,
    readonly stride: u32,
    readonly isRaw: bool,
    readonly capacity: u64,
  ) {
    super(mem, base, VEC);
  }

  /**
   * Lays an empty vec out over whatever is there; as long as fits when `capacity` is 0. Null when it failed: see
   * `mem.status`. `elementBytesMax` is for text and bytes.
   */
  static create<T>(mem: FabricMem, base: u64 = 0, capacity: u64 = 0, elementBytesMax: u32 = 0): FabricVec<T> | null {
    const call = header<T>(mem, base, CREATE, elementBytesMax).u64le(capacity);
    return FabricVec.answered<T>(mem, base, call);
  }

  /** Opens the vec that another has laid out. Null when something else is there. */
  static open<T>(mem: FabricMem, base: u64 = 0, elementBytesMax: u32 = 0): FabricVec<T> | null {
    return FabricVec.answered<T>(mem, base, header<T>(mem, base, OPEN, elementBytesMax));
  }

  private static answered<T>(mem: FabricMem, base: u64, call: ByteWriter): FabricVec<T> | null {
    const answer = new Structure(mem, base, VEC).send(call, VEC_HEADER_BYTES);
    if (answer === null) return null;
    answer.u64();
    const capacity = answer.u64();
    const stride = answer.u32();
    return new FabricVec<T>(mem, base, stride, answer.u32() === 1, capacity);
  }

  get length(): u64 {
    const answer = this.send(this.call(OPEN).u32le(0).u32le(0), VEC_HEADER_BYTES);
    return answer === null ? 0 : answer.u64();
  }

  /** The element; the zero of `T` past the end, where `found` is false. */
  get(index: u64): T {
    return this.one(this.getMany(index, 1));
  }

  /** Up to `count` elements from `index` on: fewer at the end. */
  getMany(index: u64, count: u32): T[] {
    const room = LENGTH_BYTES + <u32>min<u64>(<u64>count * this.stride, ANSWER_BYTES_MAX - LENGTH_BYTES);
    const call = this.call(GET)
      .u64le(index)
      .u32le(count)
      .u32le(room - LENGTH_BYTES);
    return this.elements(this.send(call, room));
  }

  /** Replaces the element, which there must be. */
  set(index: u64, value: T): bool {
    const call = this.call(SET).u64le(index);
    this.write(call, [encode<T>(value)], 0, 1);
    return this.did(call);
  }

  /** Appends an element; false when there is no room, with the status of success, or when it failed. */
  push(value: T): bool {
    return this.pushMany([value]) === 1;
  }

  /** Appends elements, as many as there is room for; how many that were. */
  pushMany(values: T[]): i32 {
    const encoded = encodeAll<T>(values);
    let done = 0;
    while (done < encoded.length) {
      const end = endOfCall(encoded, done);
      const call = this.call(PUSH);
      this.write(call, encoded, done, end);
      const answer = this.send(call, PUSH_ANSWER_BYTES);
      if (answer === null) return done;
      const pushed = <i32>answer.u32();
      done += pushed;
      if (done < end) return done;
    }
    return done;
  }

  /** Takes the last element away; the zero of `T` when there is none, where `found` is false. */
  pop(): T {
    return this.one(this.elements(this.send(this.call(POP).u32le(1), LENGTH_BYTES + this.stride)));
  }

  /** Makes it `length` elements long. Only numbers grow, by zeros. */
  resize(length: u64): bool {
    return this.did(this.call(RESIZE).u64le(length));
  }

  private one(elements: T[]): T {
    this.found = elements.length > 0;
    return this.found ? elements[0] : zero<T>();
  }

  private write(call: ByteWriter, encoded: Uint8Array[], from: i32, to: i32): void {
    if (!this.isRaw) return writeList(call, encoded, from, to);
    call.u32le(to - from);
    for (let i = from; i < to; i++) call.bytes(encoded[i]);
  }

  private elements(answer: Answer | null): T[] {
    const elements: T[] = [];
    if (answer === null) return elements;
    const count = answer.u32();
    for (let i: u32 = 0; i < count; i++) {
      elements.push(decode<T>(this.isRaw ? answer.bytes(this.stride) : answer.item()));
    }
    return elements;
  }
}

function header<T>(mem: FabricMem, base: u64, operation: u32, elementBytesMax: u32): ByteWriter {
  const isRaw = fixedBytes<T>() > 0 && elementBytesMax === 0;
  const stride = isRaw ? fixedBytes<T>() : elementBytesMax === 0 ? 0 : elementBytesMax + LENGTH_BYTES;
  return new Structure(mem, base, VEC)
    .call(operation)
    .u32le(stride)
    .u32le(isRaw ? 1 : 0);
}

/** Elements of any size up to some 60,000 bytes: text or bytes. */
export class VarFabricVec<T> extends Structure {
  /** Whether the latest `get` or `pop` found an element. */
  found: bool = false;

  private constructor(
    mem: FabricMem,
    base: u64,
    readonly capacity: u64,
  ) {
    super(mem, base, VAR_VEC);
  }

  /** Lays an empty vec out over whatever is there; 0 stands for as much as fits. Null when it failed. */
  static create<T>(mem: FabricMem, base: u64 = 0, capacity: u64 = 0, heapBytes: u64 = 0): VarFabricVec<T> | null {
    const call = new Structure(mem, base, VAR_VEC).call(CREATE).u64le(capacity).u64le(heapBytes);
    return VarFabricVec.answered<T>(mem, base, call);
  }

  /** Opens the vec that another has laid out. Null when something else is there. */
  static open<T>(mem: FabricMem, base: u64 = 0): VarFabricVec<T> | null {
    return VarFabricVec.answered<T>(mem, base, new Structure(mem, base, VAR_VEC).call(OPEN));
  }

  private static answered<T>(mem: FabricMem, base: u64, call: ByteWriter): VarFabricVec<T> | null {
    const answer = new Structure(mem, base, VAR_VEC).send(call, VAR_VEC_HEADER_BYTES);
    if (answer === null) return null;
    answer.u64();
    return new VarFabricVec<T>(mem, base, answer.u64());
  }

  get length(): u64 {
    const answer = this.send(this.call(OPEN), VAR_VEC_HEADER_BYTES);
    return answer === null ? 0 : answer.u64();
  }

  /** The element; the zero of `T` past the end, where `found` is false. */
  get(index: u64): T {
    for (let room = GUESS_BYTES; ; room = min(room * 8, ANSWER_BYTES_MAX)) {
      const answer = this.send(this.call(GET).u64le(index).u32le(1).u32le(0), room);
      if (this.isTooShort(room)) continue;
      return this.one(answer);
    }
  }

  /** Replaces the element, which there must be. */
  set(index: u64, value: T): bool {
    const call = this.call(SET).u64le(index);
    writeList(call, [encode<T>(value)], 0, 1);
    return this.did(call);
  }

  /** Appends an element; false when there is no room, with the status of success, or when it failed. */
  push(value: T): bool {
    const call = this.call(PUSH);
    writeList(call, [encode<T>(value)], 0, 1);
    const answer = this.send(call, PUSH_ANSWER_BYTES);
    return answer !== null && answer.u32() === 1;
  }

  /** Takes the last element away; the zero of `T` when there is none, where `found` is false. */
  pop(): T {
    for (let room = GUESS_BYTES; ; room = min(room * 8, ANSWER_BYTES_MAX)) {
      const answer = this.send(
        this.call(POP)
          .u32le(1)
          .u32le(room - LENGTH_BYTES),
        room,
      );
      if (this.isTooShort(room)) continue;
      return this.one(answer);
    }
  }

  clear(): bool {
    return this.did(this.call(CLEAR));
  }

  private isTooShort(room: i32): bool {
    return this.status === Status.CAPACITY_EXCEEDED && room < ANSWER_BYTES_MAX;
  }

  private one(answer: Answer | null): T {
    const items: Uint8Array[] = answer === null ? [] : answer.list();
    this.found = items.length > 0;
    return this.found ? decode<T>(items[0]) : zero<T>();
  }
}
