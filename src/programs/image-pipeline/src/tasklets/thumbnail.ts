import { context, FabricMem, fromUtf8, JsonWriter, Output } from 'grafos-std';
import { Png, Problem } from '../png/png-reader';
import { encodePng } from '../png/png-writer';
import { openSheet, Sheet } from '../sheet/sheet';
import { shrink } from '../sheet/shrink';

/** Makes a PNG image small and writes it into its place in lease 0; puts it out as a PNG too. */
export function thumbnail(input: Uint8Array): Output {
  const shared = openSheet();
  if (shared === null) return Output.fail(Problem.NO_LEASE, 'no sheet is laid out in the lease of the run');
  const place = placeOf(shared);
  if (place < 0) return Output.fail(Problem.NO_PLACE, 'the sheet has no place for this picture');
  const png = new Png(input);
  const rgba = png.pixels();
  if (rgba === null) return Output.fail(png.problem, png.message);
  const entry = Sheet.entryAt(place);
  const width = <i32>shared.load32(entry + Sheet.WIDTH_AT);
  const height = <i32>shared.load32(entry + Sheet.HEIGHT_AT);
  const isFit = width > 0 && height > 0 && width <= Sheet.SIDE && height <= Sheet.SIDE;
  if (!isFit) return Output.fail(Problem.NO_PLACE, 'the sheet says nothing of how large the picture is to be');
  const small = shrink(rgba, png.width, png.height, width, height);
  shared.write(Sheet.pixelsAt(place), small);
  shared.store32(entry + Sheet.STATE_AT, 1);
  shared.add32(Sheet.FILLED_AT, 1);
  if (shared.status !== 0)
    return Output.fail(Problem.NO_LEASE, 'the lease is over, status ' + shared.status.toString());
  shared.notify(Sheet.FILLED_AT);
  return Output.bytes(encodePng(small, width, height)).respond(
    JsonWriter.object().field('place', place).field('width', width).field('height', height),
  );
}

/** The place of the picture whose file is the input; -1 when it has none. */
function placeOf(shared: FabricMem): i32 {
  const count = <i32>min<u32>(shared.load32(Sheet.COUNT_AT), Sheet.PLACES_MAX);
  const table = shared.read(Sheet.HEADER_BYTES, count * <i32>Sheet.ENTRY_BYTES);
  const wanted = context.inputHash().substring(0, Sheet.HASH_CHARACTERS);
  for (let place = 0; place < count; place++) {
    const at = place * <i32>Sheet.ENTRY_BYTES;
    if (at + Sheet.HASH_CHARACTERS > table.length) return -1;
    if (fromUtf8(table.subarray(at, at + Sheet.HASH_CHARACTERS)) == wanted) return place;
  }
  return -1;
}
