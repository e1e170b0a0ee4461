import { ByteReader, JsonWriter, Output, toHex } from 'grafos-std';
import { readHeader } from '../formats/read';

const MAGIC_BYTES: i32 = 8;

/** Size, magic, format and dimensions of an image, as JSON. */
export function metadata(input: Uint8Array): Output {
  const header = readHeader(new ByteReader(input));
  if (header.problem !== 0) return Output.fail(header.problem, header.message);
  return Output.json(
    JsonWriter.object()
      .field('sizeBytes', input.length)
      .field('magic', toHex(input.subarray(0, min(input.length, MAGIC_BYTES))))
      .field('format', header.format)
      .field('mediaType', header.mediaType)
      .field('width', header.width)
      .field('height', header.height)
      .field('bitsPerPixel', header.bitsPerPixel)
      .field('frames', header.frames),
  );
}
