import { STATUS } from '../../../tasklet/index.ts';

/** Thrown inside this room for what a call or a scribbled header got wrong; `callStructure` answers its status. */
export class StructureFault extends Error {
  override readonly name = 'StructureFault';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Faults with `invalid_argument` unless `condition` holds. */
export function ensure(condition: boolean, message: string): asserts condition {
  if (!condition) throw new StructureFault(STATUS.invalidArgument, message);
}

/** Faults with `capacity_exceeded` unless `condition` holds. */
export function ensureRoom(condition: boolean, message: string): asserts condition {
  if (!condition) throw new StructureFault(STATUS.capacityExceeded, message);
}

const TWO_TO_32 = 2 ** 32;
/** Halves above this do not fit a number exactly. */
const HIGH_HALF_MAX = 2 ** 21 - 1;

/**
 * The data of a region, read and written by offset. Others may scribble over it at any time: what was read once is
 * checked and used as read, never read again.
 */
export class Arena {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly sizeBytes: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.sizeBytes = bytes.byteLength;
  }

  /** Faults unless `length` bytes at `offset` lie inside. */
  check(offset: number, length: number): void {
    ensure(offset + length <= this.sizeBytes, 'a range outside the region');
  }

  u32(offset: number): number {
    return this.view.getUint32(offset, true);
  }

  setU32(offset: number, value: number): void {
    this.view.setUint32(offset, value, true);
  }

  /** A whole number of 64 bits; faults when it is 2^53 or more. */
  u64(offset: number): number {
    const high = this.view.getUint32(offset + 4, true);
    const low = this.view.getUint32(offset, true);
    // Whole numbers of 32 bits stay such to the engine then, and all that is counted from them.
    if (high === 0) return low;
    ensure(high <= HIGH_HALF_MAX, 'a number of 2^53 or more');
    return high * TWO_TO_32 + low;
  }

  setU64(offset: number, value: number): void {
    this.view.setUint32(offset, value % TWO_TO_32, true);
    this.view.setUint32(offset + 4, Math.floor(value / TWO_TO_32), true);
  }
}
