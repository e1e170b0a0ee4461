import { ByteReader, JsonWriter, Output } from 'grafos-std';

const INVALID_INPUT: i32 = 1;

/** What an image says about itself in its first bytes. */
class Header {
  constructor(
    readonly format: string,
    readonly width: u32,
    readonly height: u32,
    /** Bits a pixel. */
    readonly depth: u32,
  ) {}
}

/** Format, width, height and depth of an image, as JSON. */
export function metadata(input: Uint8Array): Output {
  const reader = new ByteReader(input);
  const header = readHeader(reader);
  // A reader never traps on short input: it answers 0 and remembers.
  if (header === null || reader.isShort || header.width === 0 || header.height === 0) {
    return Output.fail(INVALID_INPUT, 'invalid_input');
  }
  return Output.json(
    JsonWriter.object()
      .field('format', header.format)
      .field('width', header.width)
      .field('height', header.height)
      .field('depth', header.depth),
  );
}

function readHeader(reader: ByteReader): Header | null {
  if (reader.matches(1, 'PNG\r\n\x1a\n') && reader.u8(0) === 0x89 && reader.matches(12, 'IHDR')) {
    return new Header('png', reader.u32be(16), reader.u32be(20), reader.u8(24) * samplesOf(reader.u8(25)));
  }
  if (reader.matches(0, 'GIF87a') || reader.matches(0, 'GIF89a')) {
    return new Header('gif', reader.u16le(6), reader.u16le(8), (reader.u8(10) & 7) + 1);
  }
  if (reader.matches(0, 'BM') && reader.u32le(14) >= 40) {
    const width = <i32>reader.u32le(18);
    const height = <i32>reader.u32le(22); // below 0 when the rows run from the top
    return new Header('bmp', <u32>max(width, 0), <u32>abs(height), reader.u16le(28));
  }
  return null;
}

/** Samples in a pixel of each PNG colour type. */
function samplesOf(colourType: u32): u32 {
  if (colourType === 2) return 3; // RGB
  if (colourType === 4) return 2; // grey and alpha
  if (colourType === 6) return 4; // RGB and alpha
  return 1; // grey, palette
}
