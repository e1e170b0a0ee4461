import { FabricError, type Bytes, type Fabric, type LeaseId, type Region } from '../../sdk/index.ts';
import { cornerCanvas } from '../house/index.ts';

// How the tasklets lay the lease out: src/sheet/sheet.ts.
const MAGIC = 0x31544853;
const HEADER_BYTES = 64;
const ENTRY_BYTES = 48;
const WIDTH_AT = 32;
const HEIGHT_AT = 36;
const STATE_AT = 40;
const PLACES_MAX = 64;
const SIDE = 72;
const CHANNELS = 3;
const PIXELS_AT = HEADER_BYTES + PLACES_MAX * ENTRY_BYTES;
const PLACE_BYTES = SIDE * SIDE * CHANNELS;

const MARGIN = 12;
const PAPER = '#f6f1e7';
const MISSING = '#e9e1d1';
const FRAME = '#d9cfbb';
/** The contact sheet on the page: its places as they fill in the shared lease, then as it was developed. */
export class ContactSheet {
  readonly #fabric: Fabric;
  readonly #canvas = cornerCanvas({
    id: 'contact-sheet',
    label: 'The contact sheet, as its pictures come in.',
    width: 0,
    height: 0,
    background: PAPER,
  });
  #followed: LeaseId | undefined;
  #shown = new Set<number>();

  constructor(fabric: Fabric) {
    this.#fabric = fabric;
  }

  /** Shows what comes into a lease until it is over. */
  follow(leaseId: LeaseId): void {
    if (this.#followed === leaseId) return;
    this.#followed = leaseId;
    this.#shown = new Set();
    void this.#watch(leaseId).catch((thrown: unknown) => {
      // Its end: the graph is done with it, or has another one.
      if (!(thrown instanceof FabricError)) throw thrown;
    });
  }

  /** Puts the sheet itself in place of what was drawn here. */
  async develop(png: Bytes): Promise<void> {
    const image = await createImageBitmap(new Blob([png], { type: 'image/png' }));
    this.#canvas.width = image.width;
    this.#canvas.height = image.height;
    this.#canvas.getContext('2d')?.drawImage(image, 0, 0);
    this.#canvas.dataset['state'] = 'developed';
  }

  async #watch(leaseId: LeaseId): Promise<void> {
    const region = await this.#fabric.heldLease(leaseId)?.region();
    if (!region) return;
    const changes = region.watch({ offset: 0, length: HEADER_BYTES });
    await this.#draw(region);
    for await (const head of changes) if (head.length > 0) await this.#draw(region);
  }

  async #draw(region: Region): Promise<void> {
    const head = new DataView((await region.read(0, PIXELS_AT)).buffer);
    if (head.getUint32(0, true) !== MAGIC) return;
    const [places, columns] = [Math.min(head.getUint32(4, true), PLACES_MAX), Math.max(1, head.getUint32(8, true))];
    if (this.#shown.size === 0) this.#layOut(places, columns);
    for (let place = 0; place < places; place++) {
      const entry = HEADER_BYTES + place * ENTRY_BYTES;
      if (this.#shown.has(place) || head.getUint32(entry + STATE_AT, true) !== 1) continue;
      this.#shown.add(place);
      const [width, height] = [head.getUint32(entry + WIDTH_AT, true), head.getUint32(entry + HEIGHT_AT, true)];
      if (width > SIDE || height > SIDE) continue;
      const rgb = await region.read(PIXELS_AT + place * PLACE_BYTES, width * height * CHANNELS);
      this.#put(place, columns, width, height, rgb);
    }
    this.#canvas.dataset['filled'] = String(this.#shown.size);
  }

  #layOut(places: number, columns: number): void {
    const step = SIDE + MARGIN;
    this.#canvas.width = columns * step + MARGIN;
    this.#canvas.height = Math.ceil(places / columns) * step + MARGIN;
    const context = this.#canvas.getContext('2d');
    if (!context) return;
    context.fillStyle = PAPER;
    context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
    context.fillStyle = MISSING;
    for (let place = 0; place < places; place++) context.fillRect(...cornerOf(place, columns), SIDE, SIDE);
  }

  #put(place: number, columns: number, width: number, height: number, rgb: Bytes): void {
    const context = this.#canvas.getContext('2d');
    if (!context || width === 0 || height === 0) return;
    const [left, top] = cornerOf(place, columns);
    const image = new ImageData(width, height);
    for (let pixel = 0; pixel < width * height; pixel++) {
      image.data.set(rgb.subarray(pixel * CHANNELS, (pixel + 1) * CHANNELS), pixel * 4);
      image.data[pixel * 4 + 3] = 255;
    }
    context.fillStyle = PAPER;
    context.fillRect(left, top, SIDE, SIDE);
    const [x, y] = [left + Math.trunc((SIDE - width) / 2), top + Math.trunc((SIDE - height) / 2)];
    context.fillStyle = FRAME;
    context.fillRect(x - 1, y - 1, width + 2, height + 2);
    context.putImageData(image, x, y);
  }
}

function cornerOf(place: number, columns: number): [number, number] {
  const step = SIDE + MARGIN;
  return [MARGIN + (place % columns) * step, MARGIN + Math.trunc(place / columns) * step];
}
