import { ByteReader } from 'grafos-std';
import { Header, Problem } from './header';
import { Pixels } from './pixels';

const NUMBER_MAX: u32 = 1_000_000;
const LINE_FEED: u32 = 10;

/** A binary portable pixmap's header, with where its pixels begin. */
export class PpmHeader extends Header {
  pixelsAt: u64 = 2;
  maximum: u32 = 0;
}

/** PPM (Netpbm, kind P6): three numbers in text, one white space, then the pixels. */
export function readPpm(reader: ByteReader): PpmHeader {
  const header = new PpmHeader('ppm', 'image/x-portable-pixmap');
  header.width = nextNumber(reader, header);
  header.height = nextNumber(reader, header);
  header.maximum = nextNumber(reader, header);
  header.pixelsAt += 1;
  header.bitsPerPixel = header.maximum > 255 ? 48 : 24;
  header.checked(reader);
  if (header.problem !== 0) return header;
  if (header.maximum === 0 || header.maximum > 65535) {
    header.failed(Problem.MALFORMED, 'the ppm header has an impossible maximum');
  } else if (!reader.has(header.pixelsAt, <u64>header.width * <u64>header.height * <u64>(header.bitsPerPixel / 8))) {
    header.failed(Problem.TRUNCATED, 'the ppm file ends early');
  }
  return header;
}

/** The pixels of a pixmap with one byte a sample, or null with the problem in `header`. */
export function openPpm(reader: ByteReader, header: PpmHeader): Pixels | null {
  if (header.problem !== 0) return null;
  if (header.maximum !== 255) {
    header.failed(Problem.UNSUPPORTED, 'this ppm does not have 255 as its maximum');
    return null;
  }
  const pixels = new Pixels(reader.bytes, header.width, header.height, 3);
  pixels.place(header.pixelsAt, <u64>header.width * 3, false);
  pixels.order(0, 1, 2, -1);
  return pixels;
}

/** Skips white space and comments, then reads digits; `header.pixelsAt` moves along. */
function nextNumber(reader: ByteReader, header: PpmHeader): u32 {
  let at = header.pixelsAt;
  let byte = reader.u8(at);
  while (isSpace(byte) || byte === 0x23) {
    if (byte === 0x23) {
      while (byte !== LINE_FEED && !reader.isShort) byte = reader.u8(++at);
    }
    byte = reader.u8(++at);
  }
  let value: u32 = 0;
  if (!isDigit(byte) && !reader.isShort)
    header.failed(Problem.MALFORMED, 'the ppm header has no number where one must be');
  while (isDigit(byte)) {
    value = value * 10 + (byte - 0x30);
    if (value > NUMBER_MAX) header.failed(Problem.MALFORMED, 'the ppm header has an impossible number');
    value = min(value, NUMBER_MAX);
    byte = reader.u8(++at);
  }
  header.pixelsAt = at;
  return value;
}

function isDigit(byte: u32): bool {
  return byte >= 0x30 && byte <= 0x39;
}

function isSpace(byte: u32): bool {
  return byte === 0x20 || (byte >= 9 && byte <= 13);
}
