import {
  ByteReader,
  ByteWriter,
  callStructure,
  type LocalBytes,
  type StructureOutcome,
} from '../../../../src/memory/index.ts';

/** Bytes of a region in this thread, without an owner. */
export function plainBytes(sizeBytes: number): LocalBytes {
  const buffer = new SharedArrayBuffer(sizeBytes);
  return {
    sizeBytes,
    status: () => 0,
    bytes: new Uint8Array(buffer),
    u32: new Uint32Array(buffer, 0, Math.floor(sizeBytes / 4)),
    u64: new BigUint64Array(buffer, 0, Math.floor(sizeBytes / 8)),
    f64: new Float64Array(buffer, 0, Math.floor(sizeBytes / 8)),
    words: new Int32Array(buffer, 0, Math.floor(sizeBytes / 4)),
    epoch: 0,
    enter: () => undefined,
    leave: () => undefined,
  };
}

/** A region's bytes, and calls on them at a time of the test's choosing. */
export class World {
  readonly local: LocalBytes;
  readonly base: number;
  nowMs = 1_000;
  last: StructureOutcome | undefined;

  constructor(sizeBytes: number, base = 0) {
    this.local = plainBytes(sizeBytes);
    this.base = base;
  }

  call(structure: number, operation: number, args: (writer: ByteWriter) => unknown = () => undefined): number {
    const writer = new ByteWriter().u8(structure).u8(operation).u16(0).u32(0).u64(this.base);
    args(writer);
    this.last = callStructure(this.local, writer.toBytes(), { nowMs: this.nowMs });
    return this.last.status;
  }

  /** The last answer, after a call that must succeed. */
  answer(structure: number, operation: number, args?: (writer: ByteWriter) => unknown): ByteReader {
    const status = this.call(structure, operation, args);
    if (status !== 0) throw new Error(`status ${status}`);
    return new ByteReader(this.last?.answer ?? new Uint8Array(0));
  }

  /** A copy of the region. */
  snapshot(): Uint8Array {
    return this.local.bytes.slice();
  }
}

export function bytesOf(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}
