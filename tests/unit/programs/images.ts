import { crc32, inflateSync } from 'node:zlib';
import { assert, concatBytes, utf8, type Bytes } from '../../../src/core/index.ts';

/** Rows from the top, four samples a pixel. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** Decodes the PNGs that browsers decode, as far as these tests need: 8 bits, RGB or RGBA, no filter. Checks all sums. */
export function decodePng(png: Uint8Array): Picture {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  assert(view.getBigUint64(0) === 0x89504e470d0a1a0an, 'the signature is that of PNG');
  const chunks = new Map<string, Uint8Array>();
  let at = 8;
  while (at < png.length) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    assert(view.getUint32(at + 8 + length) === crc32(png.subarray(at + 4, at + 8 + length)), `${type} has its CRC`);
    chunks.set(type, png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  assert([...chunks.keys()].join() === 'IHDR,IDAT,IEND', 'the chunks are IHDR, IDAT, IEND');
  const header = chunks.get('IHDR');
  const data = chunks.get('IDAT');
  assert(header?.length === 13 && data !== undefined, 'IHDR has 13 bytes');
  const shape = new DataView(header.buffer, header.byteOffset);
  assert(header[8] === 8 && (header[9] === 2 || header[9] === 6), 'eight bits, RGB or RGBA');
  return unpacked(shape.getUint32(0), shape.getUint32(4), header[9] === 6 ? 4 : 3, inflateSync(data));
}

function unpacked(width: number, height: number, samples: number, rows: Uint8Array): Picture {
  const rowBytes = 1 + width * samples;
  assert(rows.length === rowBytes * height, 'the data are as long as the picture');
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    assert(rows[y * rowBytes] === 0, 'no filter is used');
    for (let x = 0; x < width; x++) {
      const from = y * rowBytes + 1 + x * samples;
      rgba.set(rows.subarray(from, from + samples), (y * width + x) * 4);
    }
  }
  return { width, height, rgba };
}

export interface BmpOptions {
  readonly bits: 24 | 32;
  readonly isTopDown: boolean;
}

/** An uncompressed bitmap with a 40-byte header, its fourth bytes 0. */
export function encodeBmp(picture: Picture, { bits, isTopDown }: BmpOptions): Bytes {
  const { width, height, rgba } = picture;
  const pixelBytes = bits / 8;
  const rowBytes = Math.ceil((width * pixelBytes) / 4) * 4;
  const file = new Uint8Array(54 + rowBytes * height);
  const view = new DataView(file.buffer);
  file.set(utf8('BM'));
  view.setUint32(2, file.length, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, isTopDown ? -height : height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, bits, true);
  for (let y = 0; y < height; y++) {
    const row = 54 + (isTopDown ? y : height - 1 - y) * rowBytes;
    for (let x = 0; x < width; x++) {
      const [red = 0, green = 0, blue = 0] = rgba.subarray((y * width + x) * 4);
      file.set([blue, green, red], row + x * pixelBytes);
    }
  }
  return file;
}

/** A binary portable pixmap. */
export function encodePpm({ width, height, rgba }: Picture): Bytes {
  const samples = rgba.filter((_, index) => index % 4 !== 3);
  return concatBytes(utf8(`P6\n# a comment\n${width} ${height}\n255\n`), samples);
}

/** A picture with something different everywhere. */
export function testPicture(width: number, height: number): Picture {
  const rgba = new Uint8Array(width * height * 4);
  for (let index = 0; index < width * height; index++) {
    const x = index % width;
    const y = Math.floor(index / width);
    rgba.set([(x * 7) & 255, (y * 11) & 255, (x * y) & 255, 255], index * 4);
  }
  return { width, height, rgba };
}

/** The opaque thumbnail, worked out again: boxes of whole pixels, averages rounded to nearest. */
export function boxFiltered({ width, height, rgba }: Picture, sideMax: number): Picture {
  const longest = Math.max(width, height);
  const fit = (side: number): number =>
    longest <= sideMax ? side : Math.max(1, Math.floor((side * sideMax + Math.floor(longest / 2)) / longest));
  const small = { width: fit(width), height: fit(height) };
  const result = new Uint8Array(small.width * small.height * 4).fill(255);
  for (let index = 0; index < small.width * small.height; index++) {
    const columns = box(index % small.width, width, small.width);
    const rows = box(Math.floor(index / small.width), height, small.height);
    for (let sample = 0; sample < 3; sample++) {
      let sum = 0;
      for (const y of rows) for (const x of columns) sum += rgba[(y * width + x) * 4 + sample] ?? 0;
      const count = rows.length * columns.length;
      result[index * 4 + sample] = Math.floor((sum + Math.floor(count / 2)) / count);
    }
  }
  return { ...small, rgba: result };
}

function box(index: number, from: number, to: number): number[] {
  const start = Math.floor((index * from) / to);
  const end = Math.max(Math.floor(((index + 1) * from) / to), start + 1);
  return Array.from({ length: end - start }, (_, offset) => start + offset);
}
