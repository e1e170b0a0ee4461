import { SPAN, type BoardChange, type Piece } from '../board.ts';

/** Height by width. */
export const ASPECT = 0.625;
/** A board of this width in px shows strokes as wide as they say. */
const NOMINAL_PX = 1_000;
const SVG = 'http://www.w3.org/2000/svg';

/** The strokes of a board as paths, one a stroke: sharp at every size, and in the colours of the page's palette. */
export class Sheet {
  readonly #group: SVGGElement;
  readonly #paths = new Map<string, SVGPathElement>();

  constructor(group: SVGGElement) {
    this.#group = group;
  }

  get strokes(): number {
    return this.#paths.size;
  }

  show({ isFresh, pieces }: BoardChange): void {
    if (isFresh) {
      this.#paths.clear();
      this.#group.replaceChildren();
    }
    for (const piece of pieces) this.add(piece);
  }

  /** What comes back of a stroke that was drawn here lies on top of itself and shows nothing new. */
  add(piece: Piece): void {
    if (piece.points.length === 0) return;
    const path = this.#pathOf(piece);
    path.setAttribute('d', `${path.getAttribute('d') ?? ''}${lineThrough(piece)}`);
  }

  #pathOf({ author, stroke, colour, widthPx }: Piece): SVGPathElement {
    const key = `${author} ${stroke}`;
    const known = this.#paths.get(key);
    if (known) return known;
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('class', `ink-${colour}`);
    path.setAttribute('stroke-width', String((widthPx * SPAN) / NOMINAL_PX));
    this.#paths.set(key, path);
    this.#group.append(path);
    return path;
  }
}

function lineThrough({ points }: Piece): string {
  const [first, ...rest] = points.map(({ x, y }) => `${x} ${Math.round(y * ASPECT)}`);
  // A line of no length is a dot, for its ends are round.
  return `M${first ?? ''}L${rest.length > 0 ? rest.join(' ') : (first ?? '')}`;
}
