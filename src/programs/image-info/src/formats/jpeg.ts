import { ByteReader } from 'grafos-std';
import { Header, Problem } from './header';

const END_OF_IMAGE: u32 = 0xffd9;

/** JPEG (ITU-T T.81): the chain of segments up to the frame header, then on to the end of the image. */
export function readJpeg(reader: ByteReader): Header {
  const header = new Header('jpeg', 'image/jpeg');
  let at: u64 = 2;
  let hasFrame = false;
  while (!reader.isShort) {
    if (reader.has(at, 1) && reader.u8(at) !== 0xff) {
      return header.failed(Problem.MALFORMED, 'the jpeg file has no marker where one must be');
    }
    const marker = reader.u8(at + 1);
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    if (marker === 0xd9) break;
    const length = <u64>reader.u16be(at + 2);
    if (!reader.isShort && length < 2)
      return header.failed(Problem.MALFORMED, 'the jpeg file has an impossible segment');
    if (isFrame(marker)) {
      hasFrame = true;
      header.bitsPerPixel = reader.u8(at + 4) * reader.u8(at + 9);
      header.height = reader.u16be(at + 5);
      header.width = reader.u16be(at + 7);
    }
    at += 2 + length;
    if (marker === 0xda) {
      if (!endsWithImage(reader, at)) return header.failed(Problem.TRUNCATED, 'the jpeg file ends early');
      break;
    }
  }
  if (!reader.isShort && !hasFrame) return header.failed(Problem.MALFORMED, 'the jpeg file has no frame');
  return header.checked(reader);
}

/** SOF0 to SOF15, without the three codes between them that mean something else. */
function isFrame(marker: u32): bool {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Whether an end marker follows the scan. It usually is the last thing in the file, so look there first. */
function endsWithImage(reader: ByteReader, from: u64): bool {
  const length = <u64>reader.length;
  if (length >= from + 2 && reader.u16be(length - 2) === END_OF_IMAGE) return true;
  const start = reader.bytes.dataStart;
  const end = start + <usize>length;
  for (let at = start + <usize>from; at + 1 < end; at++) {
    while (at + 8 <= end && !hasFf(load<u64>(at))) at += 8; // compressed data seldom holds a 0xff
    if (at + 1 < end && load<u8>(at) === 0xff && load<u8>(at + 1) === (END_OF_IMAGE & 0xff)) return true;
  }
  return false;
}

/** Whether one of the eight bytes is 0xff: whether one of their complements is 0. */
function hasFf(word: u64): bool {
  return ((~word - 0x0101010101010101) & word & 0x8080808080808080) !== 0;
}
