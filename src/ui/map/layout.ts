import type { Point } from './geometry.ts';

/** Where a cell stands on the map. */
export interface Place extends Point {
  readonly radius: number;
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
const SAMPLES = 720;

/**
 * Cells at equal distances around an oval, this cell (the first) in the middle of its lower edge; two cells face each
 * other, one stands alone in the middle. Nothing moves unless a cell comes or goes.
 */
export function layoutCells(count: number, width: number): MapLayout {
  const height = Math.round(width < 560 ? Math.min(width * 0.98, 420) : Math.min(Math.max(width * 0.46, 320), 430));
  const radius = radiusFor(count, width);
  const hasDetails = count <= (width < 560 ? 4 : 10);
  const labelRoom = hasDetails ? 46 : 28;
  const centre = { x: width / 2, y: (radius + 22 + height - radius - labelRoom) / 2 };
  const reach = Math.max(60, width / 2 - radius - 48);
  const oval = { x: Math.min(reach, 130 + count * 62), y: Math.max(50, (height - radius * 2 - labelRoom - 30) / 2) };
  const places = placesAround(count, centre, oval).map((point) => ({ ...point, radius }));
  const spacing = count < 2 ? width : ovalLength(oval) / count;
  const characters = Math.floor(Math.min(spacing - 8, 168) / LABEL_CHARACTER_PX);
  return { width, height, places, labelLengthMax: characters < 5 ? 0 : Math.min(24, characters), hasDetails };
}

function radiusFor(count: number, width: number): number {
  const isNarrow = width < 560;
  if (count <= 6) return isNarrow ? 22 : 28;
  if (count <= 12) return isNarrow ? 17 : 22;
  return isNarrow ? 10 : 15;
}

function placesAround(count: number, centre: Point, oval: Point): readonly Point[] {
  if (count <= 1) return [centre];
  // Two cells face each other across; otherwise the first stands at the foot.
  const startTurn = count === 2 ? 0.5 : 0.25;
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
