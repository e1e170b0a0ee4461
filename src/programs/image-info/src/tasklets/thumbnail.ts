import { ByteReader, JsonWriter, Output, progress } from 'grafos-std';
import { BmpHeader, openBmp } from '../formats/bmp';
import { Problem } from '../formats/header';
import { Pixels } from '../formats/pixels';
import { openPpm, PpmHeader } from '../formats/ppm';
import { readHeader } from '../formats/read';
import { averageBox } from '../image/box-filter';
import { PngWriter } from '../image/png-writer';

const SIDE_MAX: u32 = 96;

/** A PNG of at most 96 by 96 pixels of an uncompressed BMP or PPM image. */
export function thumbnail(input: Uint8Array): Output {
  const reader = new ByteReader(input);
  const header = readHeader(reader);
  let pixels: Pixels | null = null;
  if (header instanceof BmpHeader) pixels = openBmp(reader, header as BmpHeader);
  else if (header instanceof PpmHeader) pixels = openPpm(reader, header as PpmHeader);
  else if (header.problem === 0) {
    header.failed(Problem.UNSUPPORTED, 'thumbnail decodes uncompressed BMP and PPM images; this is a ' + header.format);
  }
  if (header.problem !== 0 || pixels === null) return Output.fail(header.problem, header.message);

  const longest = max(pixels.width, pixels.height);
  const width = scaled(pixels.width, longest);
  const height = scaled(pixels.height, longest);
  const png = new PngWriter(width, height, pixels.alphaByte >= 0);
  for (let y: u32 = 0; y < height; y++) {
    progress(y, height);
    png.beginRow();
    for (let x: u32 = 0; x < width; x++) png.pixel(averageBox(pixels, x, y, width, height));
  }
  progress(height, height);
  return Output.bytes(png.finish()).respond(
    JsonWriter.object()
      .field('width', width)
      .field('height', height)
      .objectField('source')
      .field('format', header.format)
      .field('width', header.width)
      .field('height', header.height),
  );
}

/** `side` made smaller with the longest side to fit, never larger and never nothing. */
function scaled(side: u32, longest: u32): u32 {
  if (longest <= SIDE_MAX) return side;
  return max<u32>(<u32>((<u64>side * SIDE_MAX + longest / 2) / longest), 1);
}
