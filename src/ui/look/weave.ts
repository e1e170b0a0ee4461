/**
 * A cell's swatch: a piece of cloth woven from two dyes in one of six classic bindings, all chosen by the
 * cell's id. People tell swatches apart faster than ids, and a reloaded tab keeps its own.
 */
export interface Weave {
  /** Indices of the dye tokens `--dye-0` … `--dye-7`; never equal. */
  readonly warp: number;
  readonly weft: number;
  /** Whether the warp thread lies on top where a column and a row cross. */
  readonly isWarpOver: (column: number, row: number) => boolean;
}

const DYES = 8;
/** A column that bindings of period 2, 3, 4 and 6 all mirror at. */
const MIRROR = 11;

type Binding = (column: number, row: number) => boolean;

const BINDINGS: readonly Binding[] = [
  // Plain weave, basket, twill to the right, herringbone, broken satin, rib.
  (column, row) => (column + row) % 2 === 0,
  (column, row) => (Math.floor(column / 2) + Math.floor(row / 2)) % 2 === 0,
  (column, row) => (column + row) % 3 !== 0,
  (column, row) => ((row % 6 < 3 ? column + row : column + 5 - row) + 6) % 3 === 0,
  (column, row) => (column * 2 + row * 3) % 6 < 2,
  (column, row) => (column + Math.floor(row / 3)) % 2 === 0,
];

export function weaveOf(id: string): Weave {
  const warp = byteAt(id, 0) % DYES;
  const weft = (warp + 1 + (byteAt(id, 1) % (DYES - 1))) % DYES;
  const binding = BINDINGS[byteAt(id, 2) % BINDINGS.length] ?? plain;
  const isMirrored = byteAt(id, 3) % 2 === 1;
  return { warp, weft, isWarpOver: (column, row) => binding(isMirrored ? MIRROR - column : column, row) };
}

/** The crossings where the warp is on top, as one SVG path in a square of `sizePx` with so many `threads` each way. */
export function weavePath(weave: Weave, sizePx: number, threads: number): string {
  const step = sizePx / threads;
  let path = '';
  for (let row = 0; row < threads; row++) {
    for (let column = 0; column < threads; column++) {
      if (!weave.isWarpOver(column, row)) continue;
      const size = step.toFixed(2);
      path += `M${(column * step).toFixed(2)} ${(row * step).toFixed(2)}h${size}v${size}h-${size}z`;
    }
  }
  return path;
}

function plain(column: number, row: number): boolean {
  return (column + row) % 2 === 0;
}

function byteAt(id: string, index: number): number {
  const value = Number.parseInt(id.slice(index * 2, index * 2 + 2), 16);
  return Number.isNaN(value) ? id.charCodeAt(index % Math.max(1, id.length)) || 0 : value;
}
