import { ByteReader } from 'grafos-std';
import { Header, Problem } from './header';

const SIGNATURE_BYTES: u64 = 8;
const CHUNK_FRAME_BYTES: u64 = 12; // length, type, CRC

/** PNG (W3C PNG specification): IHDR for the facts, then the chain of chunks up to IEND to see that it is whole. */
export function readPng(reader: ByteReader): Header {
  const header = new Header('png', 'image/png');
  if (reader.has(12, 4) && !reader.matches(12, 'IHDR')) {
    return header.failed(Problem.MALFORMED, 'the png file does not begin with IHDR');
  }
  header.width = reader.u32be(16);
  header.height = reader.u32be(20);
  header.bitsPerPixel = reader.u8(24) * samplesOf(reader.u8(25));
  let at = SIGNATURE_BYTES;
  while (!reader.isShort) {
    const length = <u64>reader.u32be(at);
    if (!reader.has(at, CHUNK_FRAME_BYTES + length)) return header.failed(Problem.TRUNCATED, 'the png file ends early');
    if (reader.matches(at + 4, 'acTL') && length >= 8) header.frames = max<u32>(reader.u32be(at + 8), 1);
    if (reader.matches(at + 4, 'IEND')) break;
    at += CHUNK_FRAME_BYTES + length;
  }
  return header.checked(reader);
}

/** Samples in a pixel of each PNG colour type. */
function samplesOf(colourType: u32): u32 {
  switch (colourType) {
    case 2:
      return 3; // RGB
    case 4:
      return 2; // grey and alpha
    case 6:
      return 4; // RGB and alpha
    default:
      return 1; // grey, palette
  }
}
