import { ByteReader, ByteWriter } from 'grafos-std';
import { inflate } from './inflate';

/** Error codes of this program's tasklets: 0 is none. */
export namespace Problem {
  export const NOT_A_PNG: i32 = 1;
  export const TRUNCATED: i32 = 2;
  export const MALFORMED: i32 = 3;
  export const UNSUPPORTED: i32 = 4;
  export const NO_LEASE: i32 = 5;
  export const NO_PLACE: i32 = 6;
}

const SIGNATURE_BYTES: u64 = 8;
const CHUNK_FRAME_BYTES: u64 = 12; // length, type, CRC
/** Inputs are at most 16 MiB; pixels of a bomb would not fit into the tasklet's memory either. */
const SIDE_MAX: u32 = 2_048;

namespace ColourType {
  export const GREY: u32 = 0;
  export const RGB: u32 = 2;
  export const PALETTE: u32 = 3;
  export const GREY_ALPHA: u32 = 4;
  export const RGB_ALPHA: u32 = 6;
}

/** A PNG image (W3C PNG specification): its header at once, its pixels when they are asked for. */
export class Png {
  problem: i32 = 0;
  message: string = '';
  width: u32 = 0;
  height: u32 = 0;
  depth: u32 = 0;
  colourType: u32 = 0;
  private isInterlaced: bool = false;
  private palette: Uint8Array = new Uint8Array(0);
  private alphas: Uint8Array = new Uint8Array(0);
  private readonly stream: ByteWriter = new ByteWriter(4_096);

  constructor(input: Uint8Array) {
    this.read(input);
  }

  private read(input: Uint8Array): void {
    const reader = new ByteReader(input);
    if (!reader.has(0, 8) || reader.u32be(0) !== 0x89504e47 || reader.u32be(4) !== 0x0d0a1a0a) {
      this.failed(Problem.NOT_A_PNG, 'the input is not a PNG image');
      return;
    }
    if (!reader.matches(12, 'IHDR')) {
      this.failed(reader.has(12, 4) ? Problem.MALFORMED : Problem.TRUNCATED, 'the PNG image does not begin with IHDR');
      return;
    }
    this.width = reader.u32be(16);
    this.height = reader.u32be(20);
    this.depth = reader.u8(24);
    this.colourType = reader.u8(25);
    this.isInterlaced = reader.u8(28) !== 0;
    for (let at = SIGNATURE_BYTES; ;) {
      const length = <u64>reader.u32be(at);
      if (!reader.has(at, CHUNK_FRAME_BYTES + length)) {
        this.failed(Problem.TRUNCATED, 'the PNG image ends early');
        return;
      }
      const data = input.subarray(<i32>at + 8, <i32>(at + 8 + length));
      if (reader.matches(at + 4, 'PLTE')) this.palette = data;
      if (reader.matches(at + 4, 'tRNS')) this.alphas = data;
      if (reader.matches(at + 4, 'IDAT')) this.stream.bytes(data);
      if (reader.matches(at + 4, 'IEND')) break;
      at += CHUNK_FRAME_BYTES + length;
    }
    if (this.width === 0 || this.height === 0) this.failed(Problem.MALFORMED, 'the PNG image has no pixels');
  }

  /** How its pixels are stored, in a word. */
  get colour(): string {
    switch (this.colourType) {
      case ColourType.GREY:
        return 'grey';
      case ColourType.RGB:
        return 'rgb';
      case ColourType.PALETTE:
        return 'palette';
      case ColourType.GREY_ALPHA:
        return 'grey with alpha';
      default:
        return 'rgb with alpha';
    }
  }

  /** Its pixels as red, green, blue and alpha, a byte each, row by row; null when it has a problem. */
  pixels(): Uint8Array | null {
    if (this.problem !== 0) return null;
    const isWhole = this.depth === 8 || (this.colourType === ColourType.PALETTE && this.depth < 8 && this.depth > 0);
    if (!isWhole || this.isInterlaced || this.width > SIDE_MAX || this.height > SIDE_MAX) {
      return this.failed(Problem.UNSUPPORTED, 'only images of 8 bits a sample, not interlaced, up to 2048 by 2048');
    }
    const rowBytes = <i32>((this.width * this.samples * this.depth + 7) / 8);
    const rows = inflate(this.stream.toBytes(), <i32>this.height * (rowBytes + 1));
    if (rows === null)
      return this.failed(Problem.MALFORMED, 'the pixels of the PNG image are not a zlib stream of their size');
    if (!unfilter(rows, rowBytes, max<i32>(1, <i32>(this.samples * this.depth) / 8))) {
      return this.failed(Problem.MALFORMED, 'a row of the PNG image has a filter that there is not');
    }
    const out = new Uint8Array(<i32>(this.width * this.height * 4));
    for (let y: u32 = 0; y < this.height; y++) {
      if (!this.expand(rows, <i32>y * (rowBytes + 1) + 1, out, <i32>(y * this.width * 4))) {
        return this.failed(Problem.MALFORMED, 'a pixel of the PNG image has a colour that is not in its palette');
      }
    }
    return out;
  }

  private get samples(): u32 {
    if (this.colourType === ColourType.RGB) return 3;
    if (this.colourType === ColourType.RGB_ALPHA) return 4;
    return this.colourType === ColourType.GREY_ALPHA ? 2 : 1;
  }

  private expand(rows: Uint8Array, from: i32, out: Uint8Array, to: i32): bool {
    const type = this.colourType;
    const samples = <i32>this.samples;
    for (let x = 0; x < <i32>this.width; x++, to += 4) {
      if (type === ColourType.PALETTE) {
        const bit = x * <i32>this.depth;
        const index = ((<i32>rows[from + (bit >> 3)]) >> (8 - <i32>this.depth - (bit & 7))) & ((1 << this.depth) - 1);
        if (index * 3 + 2 >= this.palette.length) return false;
        for (let channel = 0; channel < 3; channel++) out[to + channel] = this.palette[index * 3 + channel];
        out[to + 3] = index < this.alphas.length ? this.alphas[index] : 255;
        continue;
      }
      const at = from + x * samples;
      const isGrey = samples < 3;
      for (let channel = 0; channel < 3; channel++) out[to + channel] = rows[at + (isGrey ? 0 : channel)];
      out[to + 3] = samples === 2 || samples === 4 ? rows[at + samples - 1] : 255;
    }
    return true;
  }

  private failed(problem: i32, message: string): Uint8Array | null {
    this.problem = problem;
    this.message = message;
    return null;
  }
}

/** Undoes the filter of each row, in place. False for a filter that there is not. */
function unfilter(rows: Uint8Array, rowBytes: i32, step: i32): bool {
  const stride = rowBytes + 1;
  for (let start = 0; start < rows.length; start += stride) {
    const filter = rows[start];
    if (filter > 4) return false;
    for (let i = 1; i <= rowBytes; i++) {
      const at = start + i;
      const left: i32 = i > step ? rows[at - step] : 0;
      const up: i32 = start > 0 ? rows[at - stride] : 0;
      const corner: i32 = start > 0 && i > step ? rows[at - stride - step] : 0;
      let guess: i32 = 0;
      if (filter === 1) guess = left;
      else if (filter === 2) guess = up;
      else if (filter === 3) guess = (left + up) >> 1;
      else if (filter === 4) guess = paeth(left, up, corner);
      rows[at] = <u8>(<i32>rows[at] + guess);
    }
  }
  return true;
}

export function paeth(left: i32, up: i32, corner: i32): i32 {
  const guess = left + up - corner;
  const toLeft = abs(guess - left);
  const toUp = abs(guess - up);
  const toCorner = abs(guess - corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
