import type { AtomicOperation, LeaseStand, RegionPart, TaskletRegion } from '../../../../src/tasklet/index.ts';

const CHANGE: Readonly<Record<AtomicOperation, (before: bigint, value: bigint) => bigint>> = {
  load: (before) => before,
  store: (_before, value) => value,
  add: (before, value) => before + value,
  sub: (before, value) => before - value,
  and: (before, value) => before & value,
  or: (before, value) => before | value,
  xor: (before, value) => before ^ value,
  exchange: (_before, value) => value,
};

/** A region in a plain buffer; its lease ends when the test says so. Remembers what it was asked. */
export class FakeRegion implements TaskletRegion {
  readonly sizeBytes: number;
  readonly data: Uint8Array;
  readonly asked: string[] = [];
  readonly #view: DataView;
  ended = 0;

  constructor(sizeBytes: number) {
    this.sizeBytes = sizeBytes;
    this.data = new Uint8Array(sizeBytes);
    this.#view = new DataView(this.data.buffer);
  }

  status(): number {
    return this.#asked('status');
  }

  read(parts: readonly RegionPart[]): number {
    const status = this.#asked('read');
    if (status === 0)
      for (const { offset, bytes } of parts) bytes.set(this.data.subarray(offset, offset + bytes.length));
    return status;
  }

  write(parts: readonly RegionPart[]): number {
    const status = this.#asked('write');
    if (status === 0) for (const { offset, bytes } of parts) this.data.set(bytes, offset);
    return status;
  }

  fill(offset: number, length: number, value: number): number {
    const status = this.#asked('fill');
    if (status === 0) this.data.fill(value, offset, offset + length);
    return status;
  }

  atomic32(operation: AtomicOperation, offset: number, value: number): number {
    const status = this.#asked(`${operation}32`);
    if (status !== 0) return status;
    const before = this.#view.getUint32(offset, true);
    this.#view.setUint32(offset, Number(BigInt.asUintN(32, CHANGE[operation](BigInt(before), BigInt(value)))), true);
    return before;
  }

  atomic64(operation: AtomicOperation, offset: number, value: bigint): bigint {
    const status = this.#asked(`${operation}64`);
    if (status !== 0) return BigInt(status);
    const before = this.#view.getBigUint64(offset, true);
    this.#view.setBigUint64(offset, CHANGE[operation](before, value), true);
    return before;
  }

  compareExchange32(offset: number, expected: number, replacement: number): number {
    const before = this.atomic32('load', offset, 0);
    if (before === expected) this.#view.setUint32(offset, replacement, true);
    return before;
  }

  compareExchange64(offset: number, expected: bigint, replacement: bigint): bigint {
    const before = this.atomic64('load', offset, 0n);
    if (before === expected) this.#view.setBigUint64(offset, replacement, true);
    return before;
  }

  wait(offset: number, expected: number, timeoutMs: number): number {
    return this.#asked(`wait ${offset} ${expected} ${timeoutMs}`) || 2;
  }

  notify(offset: number, count: number): number {
    return this.#asked(`notify ${offset} ${count}`) || 7;
  }

  /** Answers the call itself, backwards. */
  structure(call: Uint8Array, answer: Uint8Array): number {
    const status = this.#asked('structure');
    if (status !== 0) return status;
    if (call.length > answer.length) return -4;
    answer.set(call.toReversed());
    return call.length;
  }

  query(): LeaseStand | number {
    return this.#asked('query') || { state: 1, generation: 3, remainingMs: 2_500 };
  }

  renew(ttlMs: number): number {
    return this.#asked(`renew ${ttlMs}`);
  }

  free(): number {
    return this.#asked('free');
  }

  #asked(what: string): number {
    this.asked.push(what);
    return this.ended;
  }
}
