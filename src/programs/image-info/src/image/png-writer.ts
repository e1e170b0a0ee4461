import { ByteWriter, utf8 } from 'grafos-std';

const STORED_BLOCK_MAX: i32 = 65535; // RFC 1951 §3.2.4
const ADLER_MODULUS: u32 = 65521; // RFC 1950 §8.2
const CRC_POLYNOMIAL: u32 = 0xedb88320;

/** Writes an 8-bit RGB or RGBA PNG row by row. The pixels are stored, not compressed: a thumbnail is small. */
export class PngWriter {
  private readonly rows: ByteWriter;

  constructor(
    private readonly width: u32,
    private readonly height: u32,
    private readonly hasAlpha: bool,
  ) {
    this.rows = new ByteWriter(height * (1 + width * (hasAlpha ? 4 : 3)));
  }

  beginRow(): void {
    this.rows.u8(0); // no filter
  }

  /** The next pixel of the row, as 0xAABBGGRR. */
  pixel(colour: u32): void {
    this.rows.u16le(colour).u8(colour >> 16);
    if (this.hasAlpha) this.rows.u8(colour >> 24);
  }

  finish(): Uint8Array {
    const out = new ByteWriter(this.rows.length + 256);
    out.u32be(0x89504e47).u32be(0x0d0a1a0a);
    const header = new ByteWriter().u32be(this.width).u32be(this.height);
    header
      .u8(8)
      .u8(this.hasAlpha ? 6 : 2)
      .u8(0)
      .u8(0)
      .u8(0);
    chunk(out, 'IHDR', header.toBytes());
    chunk(out, 'IDAT', stored(this.rows.toBytes()));
    chunk(out, 'IEND', new Uint8Array(0));
    return out.toBytes();
  }
}

function chunk(out: ByteWriter, type: string, data: Uint8Array): void {
  const name = utf8(type);
  const crc = crc32(crc32(0xffffffff, name), data) ^ 0xffffffff;
  out.u32be(data.length).bytes(name).bytes(data).u32be(crc);
}

/** `data` as a zlib stream of stored blocks. */
function stored(data: Uint8Array): Uint8Array {
  const out = new ByteWriter(data.length + 64).u8(0x78).u8(0x01);
  let from = 0;
  do {
    const to = min(from + STORED_BLOCK_MAX, data.length);
    const length = to - from;
    out
      .u8(to === data.length ? 1 : 0)
      .u16le(length)
      .u16le(~length);
    out.bytes(data.subarray(from, to));
    from = to;
  } while (from < data.length);
  return out.u32be(adler32(data)).toBytes();
}

function adler32(data: Uint8Array): u32 {
  let low: u32 = 1;
  let high: u32 = 0;
  for (let i = 0; i < data.length; i++) {
    low = (low + unchecked(data[i])) % ADLER_MODULUS;
    high = (high + low) % ADLER_MODULUS;
  }
  return (high << 16) | low;
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
