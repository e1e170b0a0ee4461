import type { Bytes } from '../core/index.ts';
import type { AtomicWord, LocalBytes, Region, WaitEnd } from '../memory/index.ts';

/** One word of a buffer: every operation is atomic and answers the value before. */
export interface FabricAtomic<Value extends number | bigint> {
  load(): Promise<Value>;
  store(value: Value): Promise<Value>;
  add(value: Value): Promise<Value>;
  sub(value: Value): Promise<Value>;
  and(value: Value): Promise<Value>;
  or(value: Value): Promise<Value>;
  xor(value: Value): Promise<Value>;
  exchange(value: Value): Promise<Value>;
  /** Replaces the value if it is `expected`. */
  compareExchange(expected: Value, replacement: Value): Promise<Value>;
}

/** A range of a region as plain bytes, with words of it that many may change at once. Offsets count from its start. */
export class FabricBuffer {
  readonly region: Region;
  readonly base: number;
  readonly sizeBytes: number;

  constructor(region: Region, base = 0, sizeBytes: number = region.sizeBytes - base) {
    this.region = region;
    this.base = base;
    this.sizeBytes = sizeBytes;
  }

  /** The whole region's bytes, where this thread shares them. */
  get local(): LocalBytes | undefined {
    return this.region.local;
  }

  read(offset = 0, length: number = this.sizeBytes - offset): Promise<Bytes> {
    return this.region.read(this.base + offset, length);
  }

  write(offset: number, bytes: Uint8Array): Promise<void> {
    return this.region.write(this.base + offset, bytes);
  }

  fill(value = 0, offset = 0, length: number = this.sizeBytes - offset): Promise<void> {
    return this.region.fill(this.base + offset, length, value);
  }

  /** The word of 32 bits at `offset`, a multiple of 4. */
  atomicU32(offset: number): FabricAtomic<number> {
    return atomicAt(this.region.u32, this.base + offset);
  }

  /** The word of 64 bits at `offset`, a multiple of 8. */
  atomicU64(offset: number): FabricAtomic<bigint> {
    return atomicAt(this.region.u64, this.base + offset);
  }

  /** Waits while the word of 32 bits at `offset` is `expected`, for a notify or `timeoutMs`. */
  wait(offset: number, expected: number, timeoutMs: number): Promise<WaitEnd> {
    return this.region.wait(this.base + offset, expected, timeoutMs);
  }

  notify(offset: number, count?: number): Promise<number> {
    return this.region.notify(this.base + offset, count);
  }

  /** The bytes of a range each time they have changed and somebody was notified of it. */
  changes(offset = 0, length: number = this.sizeBytes - offset): AsyncIterable<Bytes> {
    return this.region.watch({ offset: this.base + offset, length });
  }
}

function atomicAt<Value extends number | bigint>(word: AtomicWord<Value>, offset: number): FabricAtomic<Value> {
  return {
    load: () => word.load(offset),
    store: (value) => word.store(offset, value),
    add: (value) => word.add(offset, value),
    sub: (value) => word.sub(offset, value),
    and: (value) => word.and(offset, value),
    or: (value) => word.or(offset, value),
    xor: (value) => word.xor(offset, value),
    exchange: (value) => word.exchange(offset, value),
    compareExchange: (expected, replacement) => word.compareExchange(offset, expected, replacement),
  };
}
