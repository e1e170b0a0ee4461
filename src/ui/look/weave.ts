/**
 * A cell's swatch: a 6 × 6 piece of cloth woven from two dyes in one of six classic bindings, all chosen by the
 * cell's id. People tell swatches apart faster than ids, and a reloaded tab keeps its own.
 */
export interface Weave {
  /** Indices of the dye tokens `--dye-0` … `--dye-7`; never equal. */
  readonly warp: number;
  readonly weft: number;
  /** For each of 36 crossings, row by row: whether the warp thread lies on top. */
  readonly isWarpOver: readonly boolean[];
}

export const WEAVE_SIZE = 6;
const DYES = 8;

type Binding = (column: number, row: number) => boolean;

const BINDINGS: readonly Binding[] = [
  // Plain weave, basket, twill to the right, herringbone, broken satin, rib.
  (column, row) => (column + row) % 2 === 0,
  (column, row) => (Math.floor(column / 2) + Math.floor(row / 2)) % 2 === 0,
  (column, row) => (column + row) % 3 !== 0,
  (column, row) => ((row < 3 ? column + row : column + 5 - row) + 6) % 3 === 0,
  (column, row) => (column * 2 + row * 3) % 6 < 2,
  (column, row) => (column + Math.floor(row / 3)) % 2 === 0,
];

export function weaveOf(id: string): Weave {
  const warp = byteAt(id, 0) % DYES;
  const weft = (warp + 1 + (byteAt(id, 1) % (DYES - 1))) % DYES;
  const binding = BINDINGS[byteAt(id, 2) % BINDINGS.length] ?? plain;
  const isMirrored = byteAt(id, 3) % 2 === 1;
  const crossings = Array.from({ length: WEAVE_SIZE * WEAVE_SIZE }, (_, index) => {
    const column = index % WEAVE_SIZE;
    return binding(isMirrored ? WEAVE_SIZE - 1 - column : column, Math.floor(index / WEAVE_SIZE));
  });
  return { warp, weft, isWarpOver: crossings };
}

/** The crossings where the warp is on top, as one SVG path in a square of `sizePx`. */
export function weavePath(weave: Weave, sizePx: number): string {
  const step = sizePx / WEAVE_SIZE;
  return weave.isWarpOver
    .map((isOver, index) => {
      if (!isOver) return '';
      const x = (index % WEAVE_SIZE) * step;
      const y = Math.floor(index / WEAVE_SIZE) * step;
      return `M${x.toFixed(2)} ${y.toFixed(2)}h${step.toFixed(2)}v${step.toFixed(2)}h${(-step).toFixed(2)}z`;
    })
    .join('');
}

function plain(column: number, row: number): boolean {
  return (column + row) % 2 === 0;
}

function byteAt(id: string, index: number): number {
  const value = Number.parseInt(id.slice(index * 2, index * 2 + 2), 16);
  return Number.isNaN(value) ? id.charCodeAt(index % Math.max(1, id.length)) || 0 : value;
}
