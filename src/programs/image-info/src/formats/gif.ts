import { ByteReader } from 'grafos-std';
import { Header, Problem } from './header';

const SCREEN_END: u64 = 13;
const EXTENSION: u32 = 0x21;
const IMAGE: u32 = 0x2c;
const TRAILER: u32 = 0x3b;

/** GIF (CompuServe 87a, 89a): the screen for the facts, then every block up to the trailer to count the frames. */
export function readGif(reader: ByteReader): Header {
  const header = new Header('gif', 'image/gif');
  header.width = reader.u16le(6);
  header.height = reader.u16le(8);
  const flags = reader.u8(10);
  header.bitsPerPixel = (flags & 7) + 1;
  header.frames = 0;
  let at = SCREEN_END + tableBytes(flags);
  while (!reader.isShort) {
    const kind = reader.u8(at);
    if (reader.isShort || kind === TRAILER) break;
    if (kind === IMAGE) {
      header.frames += 1;
      at += 10 + tableBytes(reader.u8(at + 9)) + 1; // descriptor, colour table, code size
    } else if (kind === EXTENSION) {
      at += 2;
    } else {
      return header.failed(Problem.MALFORMED, 'the gif file has an unknown block');
    }
    at = afterSubBlocks(reader, at);
  }
  if (!reader.isShort && header.frames === 0) return header.failed(Problem.MALFORMED, 'the gif file has no image');
  return header.checked(reader);
}

/** Bytes of the colour table that `flags` announce. */
function tableBytes(flags: u32): u64 {
  return (flags & 0x80) === 0 ? 0 : (<u64>3) << ((flags & 7) + 1);
}

function afterSubBlocks(reader: ByteReader, from: u64): u64 {
  let at = from;
  let size: u64;
  do {
    size = <u64>reader.u8(at); // 0 past the end
    at += 1 + size;
  } while (size !== 0);
  return at;
}
