import type { Bytes } from '../../sdk/index.ts';
import { cornerCanvas } from '../house/index.ts';

export interface Tile {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const CHANNELS = 3;

/** A picture that fills in tile by tile: its bytes, and the same on the page. */
export class Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of every pixel, row by row. */
  readonly rgb: Bytes;
  readonly #context: CanvasRenderingContext2D | null;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.rgb = new Uint8Array(width * height * CHANNELS);
    this.#context = cornerCanvas({
      id: 'mandelbrot-picture',
      label: 'The Mandelbrot set, painted tile by tile.',
      width,
      height,
      background: '#0b1020',
    }).getContext('2d');
  }

  /** Puts a PPM picture (P6) where it belongs. Whether it was one of the tile's size. */
  put({ left, top, width, height }: Tile, ppm: Bytes): boolean {
    const header = `P6\n${width} ${height}\n255\n`;
    const pixels = ppm.subarray(header.length);
    const isWhole = new TextDecoder().decode(ppm.subarray(0, header.length)) === header;
    if (!isWhole || pixels.length !== width * height * CHANNELS) return false;
    for (let row = 0; row < height; row++) {
      const from = row * width * CHANNELS;
      const to = ((top + row) * this.width + left) * CHANNELS;
      this.rgb.set(pixels.subarray(from, from + width * CHANNELS), to);
    }
    this.#show({ left, top, width, height }, pixels);
    return true;
  }

  #show({ left, top, width, height }: Tile, rgb: Bytes): void {
    const image = new ImageData(width, height);
    for (let pixel = 0; pixel < width * height; pixel++) {
      image.data.set(rgb.subarray(pixel * CHANNELS, (pixel + 1) * CHANNELS), pixel * 4);
      image.data[pixel * 4 + 3] = 255;
    }
    this.#context?.putImageData(image, left, top);
  }
}
