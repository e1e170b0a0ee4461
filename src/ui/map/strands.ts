import type { CellId, LeaseKind, LeaseView } from '../../sdk/index.ts';
import { remainingNowMs } from '../watch/index.ts';
import {
  arcPath,
  curveBetween,
  curvePath,
  distance,
  headingAt,
  onCircle,
  pointAt,
  trimmed,
  type Point,
} from './geometry.ts';
import type { Place } from './layout.ts';

/** All leases of one kind that one cell has from another, drawn as one strand so that thousands stay readable. */
export interface Strand {
  readonly key: string;
  readonly kind: LeaseKind;
  readonly lessor: CellId;
  readonly holder: CellId;
  readonly count: number;
  readonly quantity: number;
  /** The one with the most time left speaks for the strand. */
  readonly longest: LeaseView;
}

/** What a strand looks like: its line from holder to lessor, and the arrow head at the holder. */
export interface StrandShape {
  readonly path: string;
  /** Where the arrow head stands, with its heading in degrees. */
  readonly head: Point & { readonly heading: number };
  readonly labelAt: Point;
}

const RING_PX = 14;
export const HEAD_PX = 9;
const LOOP_FROM_TURN = 0.62;
const LOOP_TO_TURN = 0.88;

/** Live leases gathered into strands, in a stable order. */
export function strandsOf(leases: readonly LeaseView[]): readonly Strand[] {
  const strands = new Map<string, Strand>();
  for (const lease of leases) {
    if (lease.state !== 'active') continue;
    const key = `${lease.lessor}>${lease.holder}:${lease.kind}`;
    const earlier = strands.get(key);
    strands.set(key, {
      key,
      kind: lease.kind,
      lessor: lease.lessor,
      holder: lease.holder,
      count: (earlier?.count ?? 0) + 1,
      quantity: (earlier?.quantity ?? 0) + lease.quantity,
      longest: earlier && earlier.longest.remainingMs >= lease.remainingMs ? earlier.longest : lease,
    });
  }
  return [...strands.values()].sort((left, right) => left.key.localeCompare(right.key));
}

/** Share of its time that a strand has left, 0 to 1. */
export function strandShare(strand: Strand, takenAtMs: number, nowMs: number): number {
  const { longest } = strand;
  return longest.ttlMs > 0 ? Math.min(1, remainingNowMs(longest, takenAtMs, nowMs) / longest.ttlMs) : 0;
}

/** Worker slots bow less than memory, and each direction bows to its own side, so strands never lie on one another. */
export function strandShape(strand: Strand, lessor: Place, holder: Place): StrandShape {
  const isMemory = strand.kind === 'mem';
  if (strand.lessor === strand.holder) return loopShape(holder, isMemory);
  const bow = Math.min(isMemory ? 44 : 22, distance(lessor, holder) * (isMemory ? 0.16 : 0.08));
  const whole = curveBetween(lessor, holder, bow);
  const line = trimmed(whole, lessor.radius + RING_PX, holder.radius + RING_PX + HEAD_PX);
  const head = { ...line.to, heading: headingAt(line, 1) };
  return { path: curvePath({ from: line.to, lean: line.lean, to: line.from }), head, labelAt: pointAt(line, 0.68) };
}

// A cell that lends to itself: a loop at its left shoulder.
function loopShape(place: Place, isMemory: boolean): StrandShape {
  const radius = place.radius + (isMemory ? 24 : 18);
  const head = { ...onCircle(place, radius, LOOP_FROM_TURN), heading: LOOP_FROM_TURN * 360 - 180 };
  const path = arcPath(place, radius, LOOP_FROM_TURN, LOOP_TO_TURN);
  return { path, head, labelAt: { x: place.x - radius - 10, y: place.y } };
}
