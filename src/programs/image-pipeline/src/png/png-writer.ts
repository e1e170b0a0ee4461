import { ByteWriter, utf8 } from 'grafos-std';
import { deflate } from './deflate';
import { paeth } from './png-reader';

const CRC_POLYNOMIAL: u32 = 0xedb88320;
const PAETH: u8 = 4;

/** An 8-bit RGB PNG of pixels that stand row by row. */
export function encodePng(rgb: Uint8Array, width: i32, height: i32): Uint8Array {
  const rowBytes = width * 3;
  const rows = new Uint8Array(height * (rowBytes + 1));
  for (let y = 0; y < height; y++) {
    const from = y * rowBytes;
    const to = y * (rowBytes + 1);
    rows[to] = PAETH;
    for (let i = 0; i < rowBytes; i++) {
      const left: i32 = i >= 3 ? rgb[from + i - 3] : 0;
      const up: i32 = y > 0 ? rgb[from + i - rowBytes] : 0;
      const corner: i32 = y > 0 && i >= 3 ? rgb[from + i - rowBytes - 3] : 0;
      rows[to + 1 + i] = <u8>(<i32>rgb[from + i] - paeth(left, up, corner));
    }
  }
  const out = new ByteWriter(rows.length / 2 + 256).u32be(0x89504e47).u32be(0x0d0a1a0a);
  const header = new ByteWriter().u32be(width).u32be(height).u8(8).u8(2).u8(0).u8(0).u8(0);
  chunk(out, 'IHDR', header.toBytes());
  chunk(out, 'IDAT', deflate(rows));
  chunk(out, 'IEND', new Uint8Array(0));
  return out.toBytes();
}

function chunk(out: ByteWriter, type: string, data: Uint8Array): void {
  const name = utf8(type);
  const crc = crc32(crc32(0xffffffff, name), data) ^ 0xffffffff;
  out.u32be(data.length).bytes(name).bytes(data).u32be(crc);
}

const crcTable = new StaticArray<u32>(256);
for (let i: u32 = 0; i < 256; i++) {
  let value = i;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) !== 0 ? (value >>> 1) ^ CRC_POLYNOMIAL : value >>> 1;
  crcTable[i] = value;
}

function crc32(crc: u32, data: Uint8Array): u32 {
  for (let i = 0; i < data.length; i++) crc = unchecked(crcTable[(crc ^ data[i]) & 0xff]) ^ (crc >>> 8);
  return crc;
}
