import { FabricMem, JsonWriter, Output, progress } from 'grafos-std';
import { Problem } from '../png/png-reader';
import { encodePng } from '../png/png-writer';
import { openSheet, Sheet } from '../sheet/sheet';
import { PAPER } from '../sheet/shrink';

const MARGIN: i32 = 12;
const FRAME: u32 = 0xd9cfbb;
const MISSING: u32 = 0xe9e1d1;

/** A picture with room for all places, and what is drawn on it. */
class Page {
  readonly rgb: Uint8Array;

  constructor(
    readonly width: i32,
    readonly height: i32,
  ) {
    this.rgb = new Uint8Array(width * height * 3);
  }

  fill(left: i32, top: i32, width: i32, height: i32, colour: u32): void {
    for (let y = top; y < top + height; y++) {
      for (let x = left; x < left + width; x++) {
        const at = (y * this.width + x) * 3;
        this.rgb[at] = <u8>(colour >>> 16);
        this.rgb[at + 1] = <u8>(colour >>> 8);
        this.rgb[at + 2] = <u8>colour;
      }
    }
  }

  put(left: i32, top: i32, width: i32, height: i32, rgb: Uint8Array): void {
    for (let y = 0; y < height; y++) {
      const to = ((top + y) * this.width + left) * 3;
      memory.copy(this.rgb.dataStart + to, rgb.dataStart + y * width * 3, width * 3);
    }
  }
}

/** The contact sheet of what lies in lease 0. It may read it and nothing else. */
export function sheet(_input: Uint8Array): Output {
  const shared = openSheet();
  if (shared === null) return Output.fail(Problem.NO_LEASE, 'no sheet is laid out in the lease of the run');
  const head = shared.read(0, <i32>Sheet.HEADER_BYTES);
  const places = <i32>load<u32>(head.dataStart, 4);
  const columns = <i32>load<u32>(head.dataStart, 8);
  if (places < 1 || places > Sheet.PLACES_MAX || columns < 1) {
    return Output.fail(Problem.MALFORMED, 'the sheet in the lease has no places');
  }
  const step = Sheet.SIDE + MARGIN;
  const page = new Page(columns * step + MARGIN, ((places + columns - 1) / columns) * step + MARGIN);
  page.fill(0, 0, page.width, page.height, PAPER);
  let shown = 0;
  for (let place = 0; place < places; place++) {
    progress(place, places);
    const left = MARGIN + (place % columns) * step;
    const top = MARGIN + (place / columns) * step;
    if (draw(shared, place, page, left, top)) shown++;
    if (shared.status !== 0)
      return Output.fail(Problem.NO_LEASE, 'the lease is over, status ' + shared.status.toString());
  }
  progress(places, places);
  return Output.bytes(encodePng(page.rgb, page.width, page.height)).respond(
    JsonWriter.object()
      .field('pictures', shown)
      .field('places', places)
      .field('width', page.width)
      .field('height', page.height),
  );
}

/** Draws one place. Whether there was a picture in it. */
function draw(shared: FabricMem, place: i32, page: Page, left: i32, top: i32): bool {
  const entry = shared.read(Sheet.entryAt(place), <i32>Sheet.ENTRY_BYTES);
  if (entry.length === 0) return false;
  const width = <i32>load<u32>(entry.dataStart, 32);
  const height = <i32>load<u32>(entry.dataStart, 36);
  const isThere = load<u32>(entry.dataStart, 40) === 1 && width <= Sheet.SIDE && height <= Sheet.SIDE;
  if (!isThere) {
    page.fill(left, top, Sheet.SIDE, Sheet.SIDE, MISSING);
    return false;
  }
  const x = left + (Sheet.SIDE - width) / 2;
  const y = top + (Sheet.SIDE - height) / 2;
  page.fill(x - 1, y - 1, width + 2, height + 2, FRAME);
  page.put(x, y, width, height, shared.read(Sheet.pixelsAt(place), width * height * Sheet.CHANNELS));
  return true;
}
