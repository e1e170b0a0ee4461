import type { Board } from '../board.ts';

/** A stretch of rows and the dye that it is drawn in. */
export interface TintedBand {
  readonly top: number;
  readonly rows: number;
  readonly dye: number;
}

type Colour = readonly [red: number, green: number, blue: number];

/** For how many frames a square that died is still to be seen, fainter each time. */
const GLOW = 7;
const SQUARE_PX_MAX = 10;
/** Squares of so many pixels have room for a gap between them. */
const GAPPED_PX = 4;
const WASH = 0.09;
const LIT = 0.22;

/** A board as a picture: what lives in the dye of its band, what died fading away on its wash. */
export class Picture {
  readonly #canvas: HTMLCanvasElement;
  #board: Board | undefined;
  #bands: readonly TintedBand[] = [];
  /** How much of each square is still to be seen. */
  #glow = new Uint8Array(0);

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  show(board: Board, bands: readonly TintedBand[]): void {
    if (this.#glow.length !== board.squares.length) this.#glow = new Uint8Array(board.squares.length);
    for (const [at, square] of board.squares.entries()) {
      this.#glow[at] = square === 1 ? GLOW : Math.max(0, (this.#glow[at] ?? 0) - 1);
    }
    this.#board = board;
    this.#bands = bands;
    this.draw();
  }

  /** Forgets what has died. */
  clear(): void {
    this.#glow.fill(0);
  }

  /** Draws what is there in the size and in the colours of now. */
  draw(): void {
    const board = this.#board;
    const context = this.#canvas.getContext('2d');
    if (!board || !context) return;
    const { columns, rows } = board;
    const size = squarePx(this.#canvas.clientWidth, columns);
    // Setting a size, even the same, makes a new bitmap.
    if (this.#canvas.width !== columns * size) this.#canvas.width = columns * size;
    if (this.#canvas.height !== rows * size) this.#canvas.height = rows * size;
    const style = getComputedStyle(this.#canvas);
    const ground = colourOf(style.getPropertyValue('--cloth-sunk'));
    const ink = colourOf(style.getPropertyValue('--ink'));
    const bands = this.#bands.length > 0 ? this.#bands : [{ top: 0, rows, dye: undefined }];
    const gap = size >= GAPPED_PX ? 1 : 0;
    for (const { top, rows: height, dye } of bands) {
      const tint = dye === undefined ? ink : colourOf(style.getPropertyValue(`--dye-${dye}`));
      const wash = dye === undefined ? ground : mixed(ground, tint, WASH);
      context.fillStyle = cssOf(wash);
      context.fillRect(0, top * size, columns * size, height * size);
      const colours = Array.from({ length: GLOW }, (_, glow) => cssOf(mixed(wash, tint, (0.45 * glow) / GLOW)));
      colours.push(cssOf(mixed(tint, ink, LIT)));
      for (let at = top * columns; at < (top + height) * columns; at++) {
        const glow = this.#glow[at] ?? 0;
        if (glow === 0) continue;
        context.fillStyle = colours[glow] ?? '';
        context.fillRect((at % columns) * size, Math.floor(at / columns) * size, size - gap, size - gap);
      }
    }
  }
}

/** Whole pixels of the screen for one square. */
function squarePx(widthPx: number, columns: number): number {
  const fitting = Math.floor((widthPx * devicePixelRatio) / columns);
  return Math.min(SQUARE_PX_MAX, Math.max(2, fitting));
}

/** A colour of the page's palette, which are all written as six hex digits. */
function colourOf(text: string): Colour {
  const value = Number.parseInt(text.trim().slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function mixed(one: Colour, other: Colour, share: number): Colour {
  const mix = (a: number, b: number): number => Math.round(a + (b - a) * share);
  return [mix(one[0], other[0]), mix(one[1], other[1]), mix(one[2], other[2])];
}

function cssOf([red, green, blue]: Colour): string {
  return `rgb(${red} ${green} ${blue})`;
}
