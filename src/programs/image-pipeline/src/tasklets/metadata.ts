import { context, JsonWriter, Output } from 'grafos-std';
import { Png } from '../png/png-reader';

/** How large a PNG image is and how its pixels are stored, under the hash of its file. */
export function metadata(input: Uint8Array): Output {
  const png = new Png(input);
  if (png.problem !== 0) return Output.fail(png.problem, png.message);
  return Output.json(
    JsonWriter.object()
      .field('picture', context.inputHash())
      .field('sizeBytes', input.length)
      .field('width', png.width)
      .field('height', png.height)
      .field('bitsPerSample', png.depth)
      .field('colour', png.colour),
  );
}
