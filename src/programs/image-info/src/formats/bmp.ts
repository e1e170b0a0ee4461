import { ByteReader } from 'grafos-std';
import { Header, Problem } from './header';
import { Pixels } from './pixels';

const FILE_HEADER_BYTES: u64 = 14;
const CORE_HEADER_BYTES: u32 = 12;
const INFO_HEADER_BYTES: u32 = 40;
const V4_HEADER_BYTES: u32 = 108;
const RGB: u32 = 0;
const BITFIELDS: u32 = 3;
const ALPHA_BITFIELDS: u32 = 6;

/** A Windows bitmap's header, with what is needed to find its pixels. */
export class BmpHeader extends Header {
  pixelsAt: u64 = 0;
  compression: u32 = 0;
  /** Rows run from the top; otherwise from the bottom. */
  isTopDown: bool = false;
  redMask: u32 = 0x00ff0000;
  greenMask: u32 = 0x0000ff00;
  blueMask: u32 = 0x000000ff;
  alphaMask: u32 = 0;

  /** Compressed: the rows have no fixed size. */
  get isPacked(): bool {
    return this.compression !== RGB && this.compression !== BITFIELDS && this.compression !== ALPHA_BITFIELDS;
  }

  get rowBytes(): u64 {
    return ((<u64>this.width * <u64>this.bitsPerPixel + 31) / 32) * 4;
  }
}

/** BMP (BITMAPCOREHEADER, BITMAPINFOHEADER and its later versions). */
export function readBmp(reader: ByteReader): BmpHeader {
  const header = new BmpHeader('bmp', 'image/bmp');
  header.pixelsAt = <u64>reader.u32le(10);
  const size = reader.u32le(14);
  if (size === CORE_HEADER_BYTES) {
    header.width = reader.u16le(18);
    header.height = reader.u16le(20);
    header.bitsPerPixel = reader.u16le(24);
  } else if (size >= INFO_HEADER_BYTES) {
    readInfo(reader, header, size);
  } else if (!reader.isShort) {
    header.failed(Problem.MALFORMED, 'the bmp header has an unknown size');
  }
  header.checked(reader);
  if (header.problem !== 0) return header;
  if (header.isPacked) return header;
  // Each factor is compared first: their product may be larger than 64 bits.
  const length = <u64>reader.length;
  const isCut = header.rowBytes > length || <u64>header.height > length;
  if (header.bitsPerPixel === 0) header.failed(Problem.MALFORMED, 'the bmp header gives a pixel no bits');
  else if (isCut || !reader.has(header.pixelsAt, header.rowBytes * <u64>header.height)) {
    header.failed(Problem.TRUNCATED, 'the bmp file ends early');
  }
  return header;
}

function readInfo(reader: ByteReader, header: BmpHeader, size: u32): void {
  header.width = <u32>max(<i32>reader.u32le(18), 0);
  const height = <i32>reader.u32le(22);
  header.isTopDown = height < 0;
  header.height = <u32>abs(height);
  header.bitsPerPixel = reader.u16le(28);
  header.compression = reader.u32le(30);
  if (header.compression !== BITFIELDS && header.compression !== ALPHA_BITFIELDS) return;
  const masksAt = FILE_HEADER_BYTES + <u64>INFO_HEADER_BYTES;
  header.redMask = reader.u32le(masksAt);
  header.greenMask = reader.u32le(masksAt + 4);
  header.blueMask = reader.u32le(masksAt + 8);
  if (size >= V4_HEADER_BYTES || header.compression === ALPHA_BITFIELDS) header.alphaMask = reader.u32le(masksAt + 12);
}

/** The pixels of an uncompressed bitmap of 24 or 32 bits, or null with the problem in `header`. */
export function openBmp(reader: ByteReader, header: BmpHeader): Pixels | null {
  if (header.problem !== 0) return null;
  if (header.isPacked || (header.bitsPerPixel !== 24 && header.bitsPerPixel !== 32)) {
    header.failed(Problem.UNSUPPORTED, 'this bmp is not an uncompressed one of 24 or 32 bits a pixel');
    return null;
  }
  const masks = [header.redMask, header.greenMask, header.blueMask, header.alphaMask];
  for (let i = 0; i < masks.length; i++) {
    if (!isByteMask(masks[i]) && !(i === 3 && masks[i] === 0)) {
      header.failed(Problem.UNSUPPORTED, 'this bmp packs its colours in other than whole bytes');
      return null;
    }
  }
  if (header.bitsPerPixel === 24 && usesFourthByte(masks)) {
    header.failed(Problem.MALFORMED, 'this bmp has three bytes a pixel and uses a fourth');
    return null;
  }
  const pixels = new Pixels(reader.bytes, header.width, header.height, header.bitsPerPixel / 8);
  pixels.place(header.pixelsAt, header.rowBytes, !header.isTopDown);
  const alphaByte = header.alphaMask === 0 ? -1 : byteOf(header.alphaMask);
  pixels.order(byteOf(header.redMask), byteOf(header.greenMask), byteOf(header.blueMask), alphaByte);
  return pixels;
}

function isByteMask(mask: u32): bool {
  return mask === 0xff || mask === 0xff00 || mask === 0xff0000 || mask === 0xff000000;
}

function usesFourthByte(masks: u32[]): bool {
  for (let i = 0; i < masks.length; i++) if (masks[i] === 0xff000000) return true;
  return false;
}

function byteOf(mask: u32): i32 {
  return ctz<i32>(<i32>mask) / 8;
}
