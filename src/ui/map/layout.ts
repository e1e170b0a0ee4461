import type { Point } from './geometry.ts';

/** Rings around a node: worker slots, then memory; closer together where cells crowd. */
export const RIM_PX = 13;
const RIM_CROWDED_PX = 7;
const CROWDED_SPACING_PX = 64;

/** Where a cell stands on the map. */
export interface Place extends Point {
  readonly radius: number;
  /** Room around the radius that the rings take. */
  readonly rim: number;
  /** Names stand on the outside, where no thread crosses them. */
  readonly isLabelAbove: boolean;
  /** Where runs dock, in turns clockwise from the top: the side that faces away from the middle. */
  readonly dockTurn: number;
}

export interface MapLayout {
  readonly width: number;
  readonly height: number;
  /** One place for each cell, in the order of the cells. */
  readonly places: readonly Place[];
  /** Characters of a name that fit beneath a node; 0 when there is room for none. */
  readonly labelLengthMax: number;
  /** Whether a second line of label fits as well. */
  readonly hasDetails: boolean;
}

const LABEL_CHARACTER_PX = 7.2;
/** A shorter label says less than none. */
const LABEL_CHARACTERS_MIN = 8;
const LABEL_CHARACTERS_MAX = 24;
const SAMPLES = 720;
/** Below this width a map is laid out for a phone. */
export const NARROW_PX = 560;

/**
 * Cells at equal distances around an oval, this cell (the first) in the middle of its lower edge; two cells face each
 * other, one stands alone. Nothing moves unless a cell comes or goes.
 */
export function layoutCells(count: number, width: number): MapLayout {
  const isNarrow = width < NARROW_PX;
  const height = heightFor(count, width);
  const hasRing = count > 2;
  const hasDetails = count <= (isNarrow ? 4 : 10);
  const labelRoom = hasDetails ? 56 : 38;
  const radiusMax = isNarrow ? 22 : 28;
  const oval = {
    x: Math.min(Math.max(60, width / 2 - radiusMax - 56), 130 + count * 62),
    y: Math.max(50, height / 2 - radiusMax - labelRoom),
  };
  const spacing = count < 2 ? width : ovalLength(oval) / count;
  const rim = spacing < CROWDED_SPACING_PX ? RIM_CROWDED_PX : RIM_PX;
  const radius = Math.max(5, Math.min(radiusMax, spacing / 2 - rim));
  const centre = centreOf(count, width, height, labelRoom);
  const places = placesAround(count, centre, oval).map((point) => ({
    ...point,
    radius,
    rim,
    isLabelAbove: hasRing && point.y < centre.y - 1,
    dockTurn: point.x < centre.x - 1 ? 0.75 : 0.25,
  }));
  const characters = Math.min(LABEL_CHARACTERS_MAX, Math.floor(Math.min(spacing - 8, 168) / LABEL_CHARACTER_PX));
  return { width, height, places, labelLengthMax: characters < LABEL_CHARACTERS_MIN ? 0 : characters, hasDetails };
}

function heightFor(count: number, width: number): number {
  if (width < NARROW_PX) return Math.round(count > 2 ? Math.min(width * 0.98, 420) : 230);
  return count > 2 ? Math.round(Math.min(Math.max(width * 0.46, 320), 430)) : 300;
}

function centreOf(count: number, width: number, height: number, labelRoom: number): Point {
  if (count > 2) return { x: width / 2, y: height / 2 };
  // A cell on its own leaves the other side of a wide map to the invitation.
  return { x: count === 1 && width >= NARROW_PX ? width * 0.27 : width / 2, y: (height - labelRoom + 16) / 2 };
}

function placesAround(count: number, centre: Point, oval: Point): readonly Point[] {
  if (count <= 1) return [centre];
  if (count === 2) return [ovalPoint(centre, oval, 0.5), ovalPoint(centre, oval, 0)];
  const startTurn = 0.25;
  const points = Array.from({ length: SAMPLES + 1 }, (_, index) =>
    ovalPoint(centre, oval, startTurn + index / SAMPLES),
  );
  const walked = lengthsAlong(points);
  const whole = walked.at(-1) ?? 1;
  return Array.from({ length: count }, (_, index) => {
    const wanted = (whole * index) / count;
    const found = walked.findIndex((length) => length >= wanted);
    return points[Math.max(0, found)] ?? centre;
  });
}

function ovalPoint(centre: Point, oval: Point, turn: number): Point {
  const angle = turn * 2 * Math.PI;
  return { x: centre.x + oval.x * Math.cos(angle), y: centre.y + oval.y * Math.sin(angle) };
}

function lengthsAlong(points: readonly Point[]): readonly number[] {
  let length = 0;
  return points.map((point, index) => {
    const earlier = points[index - 1] ?? point;
    length += Math.hypot(point.x - earlier.x, point.y - earlier.y);
    return length;
  });
}

function ovalLength({ x, y }: Point): number {
  return 2 * Math.PI * Math.sqrt((x * x + y * y) / 2);
}
