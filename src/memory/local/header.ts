import { assert } from '../../core/index.ts';

/** What a region is kept in: shared between threads where the host can, else its owner's alone. */
export type RegionBuffer = ArrayBuffer | SharedArrayBuffer;

export const HEADER_BYTES = 64;
const VERSION = 1;

/** How a region stands (MEMORY.md §1). */
export const REGION_STATE = { none: 0, live: 1, freed: 2, expired: 3, revoked: 4, fenced: 5 } as const;

/** Places of the header's fields, in 32-bit words. */
export const FIELD = {
  state: 0,
  version: 1,
  epoch: 2,
  generation: 3,
  size: 4,
  notices: 6,
  lock: 7,
  parked: 8,
  gate: 9,
} as const;

/** The gate of a region that has ended: the sign of 32 bits. */
const SHUT = -0x8000_0000;

const WORD_VALUES = 0x1_0000_0000;

/** How long the buffer of a region of `sizeBytes` is: header, data, and what fills the last 64-bit word up. */
export function regionBufferBytes(sizeBytes: number): number {
  return HEADER_BYTES + Math.ceil(sizeBytes / 8) * 8;
}

/** Whether `buffer` is that of a region of `sizeBytes` under `epoch`. */
export function isRegionBuffer(buffer: RegionBuffer, epoch: number, sizeBytes: number): boolean {
  if (buffer.byteLength !== regionBufferBytes(sizeBytes)) return false;
  const header = new RegionHeader(buffer);
  return header.isSound && header.sizeBytes === sizeBytes && header.words[FIELD.epoch] === (epoch | 0);
}

/** The control header of a region, as its owner writes it (MEMORY.md §1). */
export class RegionHeader {
  readonly words: Int32Array<RegionBuffer>;

  constructor(buffer: RegionBuffer) {
    assert(buffer.byteLength >= HEADER_BYTES, 'a region begins with its header');
    this.words = new Int32Array(buffer, 0, HEADER_BYTES / 4);
  }

  /** Makes the region live; the buffer is zeroed and nobody else has it yet. It has this one epoch for good. */
  begin(epoch: number, generation: number, sizeBytes: number): void {
    const { words } = this;
    assert(words[FIELD.version] === 0, 'a buffer is of one region');
    words[FIELD.version] = VERSION;
    words[FIELD.epoch] = epoch | 0;
    words[FIELD.generation] = generation | 0;
    words[FIELD.size] = sizeBytes | 0;
    words[FIELD.size + 1] = Math.floor(sizeBytes / WORD_VALUES);
    Atomics.store(words, FIELD.state, REGION_STATE.live);
  }

  renewed(generation: number): void {
    Atomics.store(this.words, FIELD.generation, generation | 0);
  }

  end(state: number): void {
    const { words } = this;
    Atomics.store(words, FIELD.state, state);
    Atomics.store(words, FIELD.gate, SHUT);
  }

  zeroData(): void {
    new Uint8Array(this.words.buffer, HEADER_BYTES).fill(0);
  }

  get isSound(): boolean {
    return this.words[FIELD.version] === VERSION && this.words[FIELD.state] !== REGION_STATE.none;
  }

  get sizeBytes(): number {
    const { words } = this;
    return ((words[FIELD.size] ?? 0) >>> 0) + ((words[FIELD.size + 1] ?? 0) >>> 0) * WORD_VALUES;
  }
}
