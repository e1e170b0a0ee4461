// Potentials of points relative to each other, as far as they are known: a union-find that keeps differences. Paths are not
// shortened: hanging the smaller tree under the larger keeps them to a few steps.
import { reserve } from '../memory';

/** Of a point: how far it lies over the point above, how far over its root, the point above or for a root its tree's size, negative. */
const RISE: usize = 0;
const TOTAL: usize = 8;
const ABOVE: usize = 16;
const POINT_BYTES: usize = 24;

let points: usize = 0;

export function reservePotentials(countMax: i32): void {
  points = reserve(<usize>countMax * POINT_BYTES);
}

/** `count` points, nothing known of any. */
export function clearPotentials(count: i32): void {
  const end = point(count);
  for (let at = points; at < end; at += POINT_BYTES) store<i32>(at, -1, ABOVE);
}

/** The point of a number, as the functions below name it. */
export function point(index: i32): usize {
  return points + <usize>index * POINT_BYTES;
}

/** Makes `high` lie `rise` over `low`, unless their difference is known already. */
export function join(high: usize, low: usize, rise: i64): void {
  if (high == low) return;
  let difference = rise;
  let highRoot = high;
  let highAbove = load<i32>(high, ABOVE);
  while (highAbove >= 0) {
    difference -= load<i64>(highRoot, RISE);
    highRoot = highAbove;
    highAbove = load<i32>(highRoot, ABOVE);
  }
  let lowRoot = low;
  let lowAbove = load<i32>(low, ABOVE);
  while (lowAbove >= 0) {
    difference += load<i64>(lowRoot, RISE);
    lowRoot = lowAbove;
    lowAbove = load<i32>(lowRoot, ABOVE);
  }
  if (highRoot == lowRoot) return;
  if (highAbove > lowAbove) {
    store<i32>(lowRoot, highAbove + lowAbove, ABOVE);
    store<usize>(highRoot, lowRoot, ABOVE);
    store<i64>(highRoot, difference, RISE);
  } else {
    store<i32>(highRoot, highAbove + lowAbove, ABOVE);
    store<usize>(lowRoot, highRoot, ABOVE);
    store<i64>(lowRoot, -difference, RISE);
  }
}

/** How far `high` lies over `low`; 0 when nothing is known. */
export function over(high: usize, low: usize): i64 {
  return rootOf(high) == rootOf(low) ? overRoot(high) - overRoot(low) : 0;
}

/** How far a point lies over its root, for {@link total}. All have one root when the plan has joined every place. */
export function findTotals(count: i32): void {
  const end = point(count);
  for (let at = points; at < end; at += POINT_BYTES) store<i64>(at, overRoot(at), TOTAL);
}

export function total(at: usize): i64 {
  return load<i64>(at, TOTAL);
}

function rootOf(at: usize): usize {
  let root = at;
  for (let next = load<i32>(at, ABOVE); next >= 0; next = load<i32>(next, ABOVE)) root = next;
  return root;
}

function overRoot(from: usize): i64 {
  let sum: i64 = 0;
  let at = from;
  for (let next = load<i32>(at, ABOVE); next >= 0; next = load<i32>(at, ABOVE)) {
    sum += load<i64>(at, RISE);
    at = next;
  }
  return sum;
}
