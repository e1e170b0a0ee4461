import { TASKLET_LIMITS } from '../../core/index.ts';
import { STATUS } from '../abi.ts';
import type { GuestMemory, ImportFunction } from './guest-memory.ts';
import type { AtomicOperation, RegionPart, TaskletRegion } from './region.ts';

/** An entry of the lists of `readv` and `writev`: u64 offset, u32 ptr, u32 len. */
const ENTRY_BYTES = 16;
const STAND_BYTES = 32;
const WORD32_BYTES = 4;
const WORD64_BYTES = 8;
const CHANGES = ['store', 'add', 'sub', 'and', 'or', 'xor', 'exchange'] as const;

type Functions = Readonly<Record<string, ImportFunction>>;

/** Where bytes go to or come from, as the tasklet says it. */
interface Entry {
  readonly offset: bigint;
  readonly ptr: number;
  readonly len: number;
}

/**
 * The cell's side of `fabricbios_fbmu_v0` (ABI.md §8) for one run.
 * 1. Index, memory range, region range and alignment are checked before anything is charged or moved.
 * 2. What a call may move is charged before it moves, wherever the bytes are and however their lease stands: the same
 *    calls cost the same on every cell.
 */
export class MemoryHost {
  readonly #regions: readonly TaskletRegion[];
  readonly #guest: GuestMemory;

  constructor(regions: readonly TaskletRegion[], guest: GuestMemory) {
    this.#regions = regions;
    this.#guest = guest;
  }

  /** The functions of the module. */
  functions(): Functions {
    return {
      hello: (lease: number) => this.#region(lease)?.status() ?? STATUS.invalidArgument,
      size: (lease: number) => BigInt(this.#region(lease)?.sizeBytes ?? STATUS.invalidArgument),
      read: (lease: number, offset: bigint, ptr: number, len: number) =>
        this.#transfer('read', lease, [{ offset, ptr, len }]),
      write: (lease: number, offset: bigint, ptr: number, len: number) =>
        this.#transfer('write', lease, [{ offset, ptr, len }]),
      fill: (lease: number, offset: bigint, len: number, value: number) => this.#fill(lease, offset, len >>> 0, value),
      readv: (lease: number, list: number, count: number) => this.#transferAll('read', lease, list, count >>> 0),
      writev: (lease: number, list: number, count: number) => this.#transferAll('write', lease, list, count >>> 0),
      ...this.#atomics(),
      wait32: (lease: number, offset: bigint, expected: number, timeoutMs: number) =>
        this.#at(lease, offset, WORD32_BYTES, (region, place) => region.wait(place, expected >>> 0, timeoutMs >>> 0)),
      notify: (lease: number, offset: bigint, count: number) =>
        this.#at(lease, offset, WORD32_BYTES, (region, place) => region.notify(place, count >>> 0)),
      structure: (lease: number, callPtr: number, callLen: number, outPtr: number, outCap: number) =>
        this.#structure(lease, this.#guest.range(callPtr, callLen), this.#guest.range(outPtr, outCap)),
      lease_query: (lease: number, out: number) => this.#query(lease, out),
      lease_renew: (lease: number, ttlMs: number) => this.#region(lease)?.renew(ttlMs >>> 0) ?? STATUS.invalidArgument,
      lease_free: (lease: number) => this.#region(lease)?.free() ?? STATUS.invalidArgument,
    };
  }

  #atomics(): Functions {
    const functions: Record<string, ImportFunction> = {
      load32: (lease: number, offset: bigint, out: number) =>
        this.#word32(lease, offset, out, (region, place) => region.atomic32('load', place, 0)),
      load64: (lease: number, offset: bigint, out: number) =>
        this.#word64(lease, offset, out, (region, place) => region.atomic64('load', place, 0n)),
      compare_exchange32: (lease: number, offset: bigint, expected: number, replacement: number, out: number) =>
        this.#word32(lease, offset, out, (region, place) =>
          region.compareExchange32(place, expected >>> 0, replacement >>> 0),
        ),
      compare_exchange64: (lease: number, offset: bigint, expected: bigint, replacement: bigint, out: number) =>
        this.#word64(lease, offset, out, (region, place) =>
          region.compareExchange64(place, unsigned(expected), unsigned(replacement)),
        ),
    };
    for (const operation of CHANGES) {
      functions[`${operation}32`] = this.#change32(operation);
      functions[`${operation}64`] = this.#change64(operation);
    }
    return functions;
  }

  #change32(operation: AtomicOperation): ImportFunction {
    return (lease: number, offset: bigint, value: number, out: number) =>
      this.#word32(lease, offset, out, (region, place) => region.atomic32(operation, place, value >>> 0));
  }

  #change64(operation: AtomicOperation): ImportFunction {
    return (lease: number, offset: bigint, value: bigint, out: number) =>
      this.#word64(lease, offset, out, (region, place) => region.atomic64(operation, place, unsigned(value)));
  }

  #word32(lease: number, offset: bigint, out: number, act: (region: TaskletRegion, place: number) => number): number {
    const target = this.#guest.view(out, WORD32_BYTES);
    return this.#at(lease, offset, WORD32_BYTES, (region, place) => {
      if (!target) return STATUS.invalidArgument;
      this.#guest.charge(WORD32_BYTES);
      const before = act(region, place);
      if (before < 0) return before;
      target.setUint32(0, before, true);
      return STATUS.ok;
    });
  }

  #word64(lease: number, offset: bigint, out: number, act: (region: TaskletRegion, place: number) => bigint): number {
    const target = this.#guest.view(out, WORD64_BYTES);
    return this.#at(lease, offset, WORD64_BYTES, (region, place) => {
      if (!target) return STATUS.invalidArgument;
      this.#guest.charge(WORD64_BYTES);
      const before = act(region, place);
      if (before < 0n) return Number(before);
      target.setBigUint64(0, before, true);
      return STATUS.ok;
    });
  }

  /** Does something with an aligned word of a region, if there is one. */
  #at(lease: number, offset: bigint, width: number, act: (region: TaskletRegion, place: number) => number): number {
    const region = this.#region(lease);
    const place = region && placeOf(region, offset, width);
    return region && place !== undefined && place % width === 0 ? act(region, place) : STATUS.invalidArgument;
  }

  #transferAll(way: 'read' | 'write', lease: number, list: number, count: number): number {
    if (count > TASKLET_LIMITS.regionPartsMax) return STATUS.invalidArgument;
    const view = this.#guest.view(list, count * ENTRY_BYTES);
    if (!view) return STATUS.invalidArgument;
    const entries = Array.from({ length: count }, (_, index) => {
      const at = index * ENTRY_BYTES;
      const offset = view.getBigUint64(at, true);
      return { offset, ptr: view.getUint32(at + 8, true), len: view.getUint32(at + 12, true) };
    });
    return this.#transfer(way, lease, entries, view.byteLength);
  }

  #transfer(way: 'read' | 'write', lease: number, entries: readonly Entry[], listBytes = 0): number {
    const region = this.#region(lease);
    if (!region) return STATUS.invalidArgument;
    const parts: RegionPart[] = [];
    let movedBytes = listBytes;
    for (const { offset, ptr, len } of entries) {
      const bytes = this.#guest.range(ptr, len);
      const place = bytes && placeOf(region, offset, bytes.length);
      if (!bytes || place === undefined) return STATUS.invalidArgument;
      parts.push({ offset: place, bytes });
      movedBytes += bytes.length;
    }
    this.#guest.charge(movedBytes);
    return region[way](parts);
  }

  #fill(lease: number, offset: bigint, length: number, value: number): number {
    const region = this.#region(lease);
    const place = region && placeOf(region, offset, length);
    if (!region || place === undefined) return STATUS.invalidArgument;
    this.#guest.charge(length);
    return region.fill(place, length, value & 0xff);
  }

  /** What the answer may come to is charged beforehand: once the call has happened it is too late to refuse. */
  #structure(lease: number, call: Uint8Array | undefined, answer: Uint8Array | undefined): number {
    const region = this.#region(lease);
    if (!region || !call || !answer) return STATUS.invalidArgument;
    this.#guest.charge(call.length + answer.length);
    return region.structure(call, answer);
  }

  #query(lease: number, out: number): number {
    const region = this.#region(lease);
    const target = this.#guest.view(out, STAND_BYTES);
    if (!region || !target) return STATUS.invalidArgument;
    this.#guest.charge(STAND_BYTES);
    const stand = region.query();
    if (typeof stand === 'number') return stand;
    target.setUint32(0, stand.state, true);
    target.setUint32(4, 0, true);
    target.setBigUint64(8, BigInt(region.sizeBytes), true);
    target.setBigUint64(16, BigInt(stand.generation), true);
    target.setBigUint64(24, BigInt(stand.remainingMs), true);
    return STATUS.ok;
  }

  #region(lease: number): TaskletRegion | undefined {
    return this.#regions[lease];
  }
}

/** Where `length` bytes from `offset` on lie in a region, or undefined when they do not. */
function placeOf(region: TaskletRegion, offset: bigint, length: number): number | undefined {
  const place = Number(unsigned(offset));
  return place + length <= region.sizeBytes ? place : undefined;
}

function unsigned(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
