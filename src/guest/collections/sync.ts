// What keeps tasklets and tabs out of one another's way: mutex, barrier, once, watch.
import { FabricMem } from '../mem';
import { decode, encode, fixedBytes, zero } from './codec';
import { LENGTH_BYTES, Structure, WAIT_MS } from './structure';

const MUTEX: u32 = 5;
const BARRIER: u32 = 6;
const ONCE: u32 = 7;
const WATCH_CELL: u32 = 8;
const CREATE: u32 = 0;
const OPEN: u32 = 1;
/** The word that changes, in all of them. */
const TURN: u64 = 4;
const HOLD_MS_DEFAULT: u32 = 5000;
const LOCK_ANSWER_BYTES: u32 = 32;
const BEGIN_ANSWER_BYTES: u32 = 28;

/** What came of asking for a hold. */
export namespace Hold {
  export const BUSY: u32 = 0;
  export const GOT: u32 = 1;
  /** Got, from a holder that never gave it back. */
  export const RECOVERED: u32 = 2;
  /** The work is done already. */
  export const DONE: u32 = 3;
}

/** Held by one at a time, for a time: what is used after it answers `Status.FENCED` and changes nothing. */
export class FabricMutex extends Structure {
  /** The holder before never gave it back: what the mutex guards may be half done. */
  recovered: bool = false;
  /** Of the hold; grows with every hold. */
  fence: u64 = 0;
  private turn: u32 = 0;
  private leftMs: u64 = 0;

  private constructor(
    mem: FabricMem,
    base: u64,
    readonly holder: u64,
  ) {
    super(mem, base, MUTEX);
  }

  /** Makes a mutex that nobody holds. Null when it failed: see `mem.status`. */
  static create(mem: FabricMem, base: u64 = 0, holder: u64 = 0): FabricMutex | null {
    const mutex = new FabricMutex(mem, base, holder);
    return mutex.did(mutex.call(CREATE)) ? mutex : null;
  }

  /** Opens the mutex that another has made. Null when something else is there. */
  static open(mem: FabricMem, base: u64 = 0, holder: u64 = 0): FabricMutex | null {
    const mutex = new FabricMutex(mem, base, holder);
    return mutex.did(mutex.call(OPEN)) ? mutex : null;
  }

  /** Takes it if nobody holds it. */
  tryLock(ttlMs: u32 = HOLD_MS_DEFAULT): bool {
    const answer = this.send(this.call(2).u64le(this.holder).u32le(ttlMs), LOCK_ANSWER_BYTES);
    if (answer === null) return false;
    const outcome = answer.u32();
    this.turn = answer.u32();
    const fence = answer.u64();
    answer.u64();
    this.leftMs = answer.u64();
    if (outcome === Hold.BUSY) return false;
    this.fence = fence;
    this.recovered = outcome === Hold.RECOVERED;
    return true;
  }

  /** Takes it, waiting for as long as others hold it; false when the lease ended meanwhile. */
  lock(ttlMs: u32 = HOLD_MS_DEFAULT): bool {
    while (!this.tryLock(ttlMs)) {
      const waitMs = <u32>max<u64>(1, min<u64>(this.leftMs, WAIT_MS));
      if (this.status !== 0 || !this.wait(TURN, this.turn, waitMs)) return false;
    }
    return true;
  }

  /** Holds on for `ttlMs` from now. */
  renew(ttlMs: u32 = HOLD_MS_DEFAULT): bool {
    return this.did(this.call(3).u64le(this.fence).u32le(ttlMs));
  }

  unlock(): bool {
    return this.did(this.call(4).u64le(this.fence));
  }

  /** Bytes of the lease, read while it is held; empty when that failed. */
  read(offset: u64, length: u32): Uint8Array {
    const answer = this.send(this.call(5).u64le(this.fence).u64le(offset).u32le(length), length);
    return answer === null ? new Uint8Array(0) : answer.bytes(length);
  }

  /** Writes bytes of the lease while it is held. */
  write(offset: u64, bytes: Uint8Array): bool {
    return this.did(this.call(6).u64le(this.fence).u64le(offset).u32le(bytes.length).bytes(bytes));
  }
}

/** Holds each of its parties until all have arrived, again and again. */
export class FabricBarrier extends Structure {
  private constructor(mem: FabricMem, base: u64) {
    super(mem, base, BARRIER);
  }

  static create(mem: FabricMem, parties: u32, base: u64 = 0): FabricBarrier | null {
    const barrier = new FabricBarrier(mem, base);
    return barrier.did(barrier.call(CREATE).u32le(parties)) ? barrier : null;
  }

  static open(mem: FabricMem, base: u64 = 0): FabricBarrier | null {
    const barrier = new FabricBarrier(mem, base);
    return barrier.send(barrier.call(OPEN), LENGTH_BYTES) === null ? null : barrier;
  }

  /** Arrives and waits for the others; false when the lease ended meanwhile. */
  arriveAndWait(): bool {
    const answer = this.send(this.call(2), 2 * LENGTH_BYTES);
    if (answer === null) return false;
    if (answer.u32() === 1) return true;
    const generation = answer.u32();
    while (this.mem.load32(this.base + TURN) === generation) {
      if (this.status !== 0 || !this.wait(TURN, generation)) return false;
    }
    return this.status === 0;
  }
}

/** Work that is done once among all; everybody gets its value. */
export class FabricOnce<T> extends Structure {
  /** The value, once `begin` answered `Hold.DONE`. */
  value: T = zero<T>();
  private fence: u64 = 0;
  private turn: u32 = 0;
  private leftMs: u64 = 0;

  private constructor(
    mem: FabricMem,
    base: u64,
    readonly capacity: u32,
  ) {
    super(mem, base, ONCE);
  }

  static create<T>(mem: FabricMem, base: u64 = 0, valueBytesMax: u32 = 0): FabricOnce<T> | null {
    const capacity = valueBytesMax === 0 ? fixedBytes<T>() : valueBytesMax;
    const once = new FabricOnce<T>(mem, base, capacity);
    return once.did(once.call(CREATE).u32le(capacity)) ? once : null;
  }

  static open<T>(mem: FabricMem, base: u64 = 0): FabricOnce<T> | null {
    const structure = new Structure(mem, base, ONCE);
    const answer = structure.send(structure.call(OPEN), LENGTH_BYTES);
    return answer === null ? null : new FabricOnce<T>(mem, base, answer.u32());
  }

  /** Asks for the work: a `Hold`. Who got it does it, then calls `complete` or `fail`. */
  begin(ttlMs: u32 = HOLD_MS_DEFAULT): u32 {
    const answer = this.send(this.call(2).u32le(ttlMs), BEGIN_ANSWER_BYTES + this.capacity);
    if (answer === null) return Hold.BUSY;
    const outcome = answer.u32();
    this.turn = answer.u32();
    const fence = answer.u64();
    this.leftMs = answer.u64();
    if (outcome === Hold.DONE) this.value = decode<T>(answer.item());
    else if (outcome !== Hold.BUSY) this.fence = fence;
    return outcome;
  }

  /** Like `begin`, but waits while another is at it: busy only when the lease ended meanwhile. */
  beginOrWait(ttlMs: u32 = HOLD_MS_DEFAULT): u32 {
    for (;;) {
      const outcome = this.begin(ttlMs);
      if (outcome !== Hold.BUSY || this.status !== 0) return outcome;
      if (!this.wait(TURN, this.turn, <u32>max<u64>(1, min<u64>(this.leftMs, WAIT_MS)))) return outcome;
    }
  }

  renew(ttlMs: u32 = HOLD_MS_DEFAULT): bool {
    return this.did(this.call(3).u64le(this.fence).u32le(ttlMs));
  }

  complete(value: T): bool {
    const encoded = encode<T>(value);
    return this.did(this.call(4).u64le(this.fence).u32le(encoded.length).bytes(encoded));
  }

  /** Lets the next one try. */
  fail(): bool {
    return this.did(this.call(5).u64le(this.fence));
  }
}

/** One value that many set and many follow. */
export class FabricWatch<T> extends Structure {
  /** Of the value that the latest `get` answered or `set` made. 0 before the first. */
  version: u32 = 0;

  private constructor(
    mem: FabricMem,
    base: u64,
    readonly capacity: u32,
  ) {
    super(mem, base, WATCH_CELL);
  }

  static create<T>(mem: FabricMem, base: u64 = 0, valueBytesMax: u32 = 0): FabricWatch<T> | null {
    const capacity = valueBytesMax === 0 ? fixedBytes<T>() : valueBytesMax;
    const watch = new FabricWatch<T>(mem, base, capacity);
    return watch.did(watch.call(CREATE).u32le(capacity)) ? watch : null;
  }

  static open<T>(mem: FabricMem, base: u64 = 0): FabricWatch<T> | null {
    const structure = new Structure(mem, base, WATCH_CELL);
    const answer = structure.send(structure.call(OPEN), LENGTH_BYTES);
    return answer === null ? null : new FabricWatch<T>(mem, base, answer.u32());
  }

  get(): T {
    const answer = this.send(this.call(2), 2 * LENGTH_BYTES + this.capacity);
    if (answer === null) return zero<T>();
    this.version = answer.u32();
    return decode<T>(answer.item());
  }

  set(value: T): bool {
    const encoded = encode<T>(value);
    const answer = this.send(this.call(3).u32le(encoded.length).bytes(encoded), LENGTH_BYTES);
    if (answer !== null) this.version = answer.u32();
    return answer !== null;
  }

  /** Sets the value if the version seen last is still the last one. */
  compareAndSet(value: T): bool {
    const encoded = encode<T>(value);
    const call = this.call(4).u32le(this.version).u32le(encoded.length).bytes(encoded);
    const answer = this.send(call, 2 * LENGTH_BYTES);
    if (answer === null || answer.u32() !== 1) return false;
    this.version = answer.u32();
    return true;
  }

  /** Waits for another version than the one seen last; false when `timeoutMs` passed or the lease ended meanwhile. */
  waitChange(timeoutMs: u32): bool {
    this.wait(TURN, this.version, timeoutMs);
    return this.status === 0 && this.mem.load32(this.base + TURN) !== this.version;
  }
}
