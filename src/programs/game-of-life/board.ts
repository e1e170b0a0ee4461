import { FabricError, type Bytes } from '../../sdk/index.ts';

/** A torus of squares: what leaves it on one side comes in on the other. */
export interface Board {
  readonly columns: number;
  readonly rows: number;
  /** Row by row, 1 where something lives, else 0. */
  readonly squares: Bytes;
}

/** A stretch of whole rows of a board. */
export interface Band {
  readonly top: number;
  readonly rows: number;
}

/** What a board may measure on each side. */
const SIDE_MAX = 4_096;

/** A pattern in the run-length encoded form that collections of Life use. Rejects what is none with `invalid_argument`. */
export function readPattern(text: string): Board {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  const header = /^x = (\d+), y = (\d+)(?:, rule = B3\/S23)?\s*$/.exec(lines[0] ?? '');
  const columns = Number(header?.[1]);
  const rows = Number(header?.[2]);
  if (!isSide(columns) || !isSide(rows)) throw noPattern('it does not begin with its size and the rule B3/S23');
  const squares = new Uint8Array(columns * rows);
  let x = 0;
  let y = 0;
  for (const [, digits = '', letter = ''] of body(lines)) {
    const length = digits === '' ? 1 : Number(digits);
    if (letter === '!') return { columns, rows, squares };
    if (letter === '$') {
      x = 0;
      y += length;
      continue;
    }
    if (x + length > columns || y >= rows) throw noPattern('it does not fit the size that it says');
    if (letter === 'o') squares.fill(1, y * columns + x, y * columns + x + length);
    x += length;
  }
  throw noPattern('it has no end');
}

/** The next generation, counted from those that live: each adds one to the eight around it. */
export function nextOf({ columns, rows, squares }: Board): Board {
  const counts = new Uint8Array(squares.length);
  for (const [at, square] of squares.entries()) {
    if (square === 0) continue;
    const x = at % columns;
    const y = Math.floor(at / columns);
    for (const dy of [-1, 0, 1]) {
      for (const dx of [-1, 0, 1]) {
        if (dx === 0 && dy === 0) continue;
        const around = ((y + dy + rows) % rows) * columns + ((x + dx + columns) % columns);
        counts[around] = (counts[around] ?? 0) + 1;
      }
    }
  }
  return {
    columns,
    rows,
    squares: squares.map((square, at) => (counts[at] === 3 || (counts[at] === 2 && square === 1) ? 1 : 0)),
  };
}

/** The board as it is after so many generations. */
export function after(board: Board, generations: number): Board {
  let latest = board;
  for (let generation = 0; generation < generations; generation++) latest = nextOf(latest);
  return latest;
}

export function populationOf({ squares }: Board): number {
  return squares.reduce((total, square) => total + square, 0);
}

/** `count` bands from top to bottom, no two of which differ by more than one row; fewer where there are fewer rows. */
export function bandsOf(rows: number, count: number): readonly Band[] {
  const bands = Math.min(rows, count);
  return Array.from({ length: bands }, (_, index) => {
    const top = Math.floor((index * rows) / bands);
    return { top, rows: Math.floor(((index + 1) * rows) / bands) - top };
  });
}

/** The squares of one band. */
export function cutOut({ columns, squares }: Board, { top, rows }: Band): Bytes {
  return squares.slice(top * columns, (top + rows) * columns);
}

function isSide(side: number): boolean {
  return Number.isInteger(side) && side >= 1 && side <= SIDE_MAX;
}

function body(lines: readonly string[]): Iterable<RegExpExecArray> {
  const runs = lines.slice(1).join('').replace(/\s/g, '');
  if (!/^(?:\d{0,5}[bo$])*!/.test(runs)) throw noPattern('it is made of something else than b, o, $ and !');
  return runs.matchAll(/(\d*)([bo$!])/g);
}

function noPattern(why: string): FabricError {
  return new FabricError({ code: 'invalid_argument', message: `This is no pattern of Life: ${why}.` });
}
