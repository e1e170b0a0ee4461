export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A quadratic curve: from, the point it leans towards, to. */
export interface Curve {
  readonly from: Point;
  readonly lean: Point;
  readonly to: Point;
}

/** A curve between two points that bows `bowPx` to the left of its direction; 0 is straight. */
export function curveBetween(from: Point, to: Point, bowPx: number): Curve {
  const length = Math.max(1, distance(from, to));
  const normal = { x: (to.y - from.y) / length, y: (from.x - to.x) / length };
  const middle = between(from, to, 0.5);
  // The control point lies twice as far out as the curve itself reaches.
  return { from, lean: { x: middle.x + normal.x * bowPx * 2, y: middle.y + normal.y * bowPx * 2 }, to };
}

export function pointAt(curve: Curve, share: number): Point {
  return between(between(curve.from, curve.lean, share), between(curve.lean, curve.to, share), share);
}

/** Direction of travel at `share` of the curve, in degrees. */
export function headingAt(curve: Curve, share: number): number {
  const start = between(curve.from, curve.lean, share);
  const end = between(curve.lean, curve.to, share);
  return (Math.atan2(end.y - start.y, end.x - start.x) * 180) / Math.PI;
}

/** The curve without the `startPx` and `endPx` at its ends that would lie under the nodes. */
export function trimmed(curve: Curve, startPx: number, endPx: number): Curve {
  const length = Math.max(1, distance(curve.from, curve.lean) + distance(curve.lean, curve.to));
  const first = Math.min(0.45, startPx / length);
  const last = 1 - Math.min(0.45, endPx / length);
  const lean = between(between(curve.from, curve.lean, first), between(curve.lean, curve.to, first), last);
  return { from: pointAt(curve, first), lean, to: pointAt(curve, last) };
}

export function curvePath({ from, lean, to }: Curve): string {
  return `M${coordinates(from)}Q${coordinates(lean)} ${coordinates(to)}`;
}

/** An arc around `centre`, angles in turns clockwise from the top. */
export function arcPath(centre: Point, radiusPx: number, fromTurn: number, toTurn: number): string {
  const isLong = toTurn - fromTurn > 0.5 ? 1 : 0;
  const start = onCircle(centre, radiusPx, fromTurn);
  // A whole circle has no ends to draw an arc between.
  const end = onCircle(centre, radiusPx, Math.min(toTurn, fromTurn + 0.9999));
  return `M${coordinates(start)}A${radiusPx} ${radiusPx} 0 ${isLong} 1 ${coordinates(end)}`;
}

export function onCircle(centre: Point, radiusPx: number, turn: number): Point {
  const angle = (turn - 0.25) * 2 * Math.PI;
  return { x: centre.x + radiusPx * Math.cos(angle), y: centre.y + radiusPx * Math.sin(angle) };
}

export function distance(left: Point, right: Point): number {
  return Math.hypot(right.x - left.x, right.y - left.y);
}

function between(from: Point, to: Point, share: number): Point {
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

function coordinates(point: Point): string {
  return `${point.x.toFixed(1)} ${point.y.toFixed(1)}`;
}
