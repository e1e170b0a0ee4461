// Leases of memory that were handed to the run, by index: their bytes, atomics, waits, and the leases themselves.
import { context } from './context';
import {
  lease_add32,
  lease_add64,
  lease_and32,
  lease_and64,
  lease_compare_exchange32,
  lease_compare_exchange64,
  lease_exchange32,
  lease_exchange64,
  lease_fill,
  lease_free,
  lease_hello,
  lease_load32,
  lease_load64,
  lease_notify,
  lease_or32,
  lease_or64,
  lease_query,
  lease_read,
  lease_renew,
  lease_size,
  lease_store32,
  lease_store64,
  lease_structure,
  lease_sub32,
  lease_sub64,
  lease_wait32,
  lease_write,
  lease_xor32,
  lease_xor64,
} from './host-mem';
import { Status } from './host';

const word = memory.data(8);
const stand = memory.data(32);

/** How a wait ended. */
export namespace WaitEnd {
  export const WOKEN: i32 = 0;
  export const NOT_EQUAL: i32 = 1;
  export const TIMED_OUT: i32 = 2;
}

/**
 * The bytes of one lease. Offsets count from its first byte. Every call leaves its status in `status`: 0, or why nothing was
 * done, such as `Status.LEASE_EXPIRED`; what answers a value answers 0 then.
 */
export class FabricMem {
  /** Of the latest call. */
  status: i32 = Status.OK;
  readonly lease: Lease;

  private constructor(
    readonly index: u32,
    /** In bytes. */
    readonly size: u64,
  ) {
    this.lease = new Lease(index);
  }

  /** How many leases the run was handed. */
  static get count(): u32 {
    return context.leaseCount();
  }

  /** The lease of that index, or null when the run was handed fewer. */
  static at(index: u32): FabricMem | null {
    const size = lease_size(index);
    return size < 0 ? null : new FabricMem(index, <u64>size);
  }

  /** Whether the lease still lives. */
  get isLive(): bool {
    return this.did(lease_hello(this.index));
  }

  /** `length` bytes from `offset` on; empty when the call failed. */
  read(offset: u64, length: i32): Uint8Array {
    const bytes = new Uint8Array(length);
    return this.readInto(offset, bytes) ? bytes : new Uint8Array(0);
  }

  /** Fills `target` from `offset` on. */
  readInto(offset: u64, target: Uint8Array): bool {
    return this.did(lease_read(this.index, offset, target.dataStart, target.length));
  }

  write(offset: u64, bytes: Uint8Array): bool {
    return this.did(lease_write(this.index, offset, bytes.dataStart, bytes.length));
  }

  fill(offset: u64, length: u32, value: u8): bool {
    return this.did(lease_fill(this.index, offset, length, value));
  }

  load32(offset: u64): u32 {
    return this.word32(lease_load32(this.index, offset, word));
  }

  /** Atomic, as all below are; they answer the word before. */
  store32(offset: u64, value: u32): u32 {
    return this.word32(lease_store32(this.index, offset, value, word));
  }

  add32(offset: u64, value: u32): u32 {
    return this.word32(lease_add32(this.index, offset, value, word));
  }

  sub32(offset: u64, value: u32): u32 {
    return this.word32(lease_sub32(this.index, offset, value, word));
  }

  and32(offset: u64, value: u32): u32 {
    return this.word32(lease_and32(this.index, offset, value, word));
  }

  or32(offset: u64, value: u32): u32 {
    return this.word32(lease_or32(this.index, offset, value, word));
  }

  xor32(offset: u64, value: u32): u32 {
    return this.word32(lease_xor32(this.index, offset, value, word));
  }

  exchange32(offset: u64, value: u32): u32 {
    return this.word32(lease_exchange32(this.index, offset, value, word));
  }

  compareExchange32(offset: u64, expected: u32, replacement: u32): u32 {
    return this.word32(lease_compare_exchange32(this.index, offset, expected, replacement, word));
  }

  load64(offset: u64): u64 {
    return this.word64(lease_load64(this.index, offset, word));
  }

  store64(offset: u64, value: u64): u64 {
    return this.word64(lease_store64(this.index, offset, value, word));
  }

  add64(offset: u64, value: u64): u64 {
    return this.word64(lease_add64(this.index, offset, value, word));
  }

  sub64(offset: u64, value: u64): u64 {
    return this.word64(lease_sub64(this.index, offset, value, word));
  }

  and64(offset: u64, value: u64): u64 {
    return this.word64(lease_and64(this.index, offset, value, word));
  }

  or64(offset: u64, value: u64): u64 {
    return this.word64(lease_or64(this.index, offset, value, word));
  }

  xor64(offset: u64, value: u64): u64 {
    return this.word64(lease_xor64(this.index, offset, value, word));
  }

  exchange64(offset: u64, value: u64): u64 {
    return this.word64(lease_exchange64(this.index, offset, value, word));
  }

  compareExchange64(offset: u64, expected: u64, replacement: u64): u64 {
    return this.word64(lease_compare_exchange64(this.index, offset, expected, replacement, word));
  }

  /** While the word is `expected`, waits for a notify of it: a `WaitEnd`, or a status below 0. */
  wait(offset: u64, expected: u32, timeoutMs: u32): i32 {
    return this.counted(lease_wait32(this.index, offset, expected, timeoutMs));
  }

  /** Wakes up to `count` waiters of the word. How many there were. */
  notify(offset: u64, count: u32 = u32.MAX_VALUE): i32 {
    return max(this.counted(lease_notify(this.index, offset, count)), 0);
  }

  /** One call of a structure where the bytes are; its answer, at most `capacity` bytes, or null when it failed. */
  structure(call: Uint8Array, capacity: i32): Uint8Array | null {
    const answer = new Uint8Array(capacity);
    const length = this.counted(
      lease_structure(this.index, call.dataStart, call.length, answer.dataStart, answer.length),
    );
    return length < 0 ? null : answer.subarray(0, length);
  }

  private did(status: i32): bool {
    this.status = status;
    return status === Status.OK;
  }

  private counted(answer: i32): i32 {
    this.status = min(answer, 0);
    return answer;
  }

  private word32(status: i32): u32 {
    return this.did(status) ? load<u32>(word) : 0;
  }

  private word64(status: i32): u64 {
    return this.did(status) ? load<u64>(word) : 0;
  }
}

/** How a lease stands, as its cell saw it when it was asked. */
export class LeaseStand {
  constructor(
    /** 1 live, 2 freed, 3 expired, 4 revoked, 5 fenced. */
    readonly state: u32,
    readonly generation: u64,
    readonly remainingMs: u64,
  ) {}
}

/** A lease itself, apart from its bytes. */
export class Lease {
  constructor(readonly index: u32) {}

  /** How it stands; null when it is over. */
  query(): LeaseStand | null {
    if (lease_query(this.index, stand) !== Status.OK) return null;
    return new LeaseStand(load<u32>(stand), load<u64>(stand, 16), load<u64>(stand, 24));
  }

  /** Extends it from now on, for as long as it was taken for unless said otherwise. The status: only who took it may. */
  renew(ttlMs: u32 = 0): i32 {
    return lease_renew(this.index, ttlMs);
  }

  /** Gives it up. The status. */
  free(): i32 {
    return lease_free(this.index);
  }
}
