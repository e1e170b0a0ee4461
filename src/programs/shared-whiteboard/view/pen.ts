import { PIECE_POINTS_MAX, SPAN, type Piece, type Point } from '../board.ts';

/** How often a stroke that is being drawn is sent on. */
const SEND_EVERY_MS = 60;

export interface Ink {
  readonly colour: number;
  readonly widthPx: number;
}

/** A piece, and nobody's yet. */
export type Drawn = Omit<Piece, 'author'>;

export interface PenDoors {
  /** Shows a piece here, at once. */
  readonly draw: (piece: Drawn) => void;
  /** Gives a piece to everyone. */
  readonly send: (piece: Drawn) => void;
}

/** Makes pieces of what a hand draws: as it goes, so that others see it grow. */
export class Pen {
  readonly #doors: PenDoors;
  /** Begun at random, so that a tab that comes back does not go on with a stroke of before. */
  #stroke = Math.floor(Math.random() * 0x7fff_ffff);
  #ink: Ink = { colour: 0, widthPx: 0 };
  /** Not yet sent, but for the first one of a stroke that goes on: the next piece begins where the one before ended. */
  #points: readonly Point[] = [];
  #isGoingOn = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(doors: PenDoors) {
    this.#doors = doors;
  }

  /** Puts the pen down for a new stroke and answers which one it is. */
  down(ink: Ink, point: Point): number {
    this.up();
    this.#stroke++;
    this.#ink = ink;
    this.#isGoingOn = false;
    this.#add([point]);
    return this.#stroke;
  }

  move(points: readonly Point[]): void {
    this.#add(points);
  }

  up(): void {
    if (!this.#isGoingOn && this.#points.length === 1) this.#sendPoints(this.#points);
    this.#flush();
    this.#points = [];
  }

  #add(points: readonly Point[]): void {
    const added = points.map(onSheet);
    this.#doors.draw(this.#piece([...this.#points.slice(-1), ...added]));
    this.#points = [...this.#points, ...added];
    this.#timer ??= setTimeout(() => this.#flush(), SEND_EVERY_MS);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#points.length > 1) {
      const points = this.#points.slice(0, PIECE_POINTS_MAX);
      this.#sendPoints(points);
      this.#points = this.#points.slice(points.length - 1);
    }
  }

  #sendPoints(points: readonly Point[]): void {
    this.#isGoingOn = true;
    this.#doors.send(this.#piece(points));
  }

  #piece(points: readonly Point[]): Drawn {
    return { stroke: this.#stroke, ...this.#ink, points };
  }
}

function onSheet({ x, y }: Point): Point {
  const bound = (value: number): number => Math.round(Math.min(Math.max(value, 0), SPAN));
  return { x: bound(x), y: bound(y) };
}
