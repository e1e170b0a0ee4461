import { describe, expect, test } from 'vitest';
import { layoutCells } from '../../../src/ui/map/layout.ts';
import { isHome, nextShuttles, shuttleShare } from '../../../src/ui/map/shuttles.ts';
import { strandShape, strandShare, strandsOf } from '../../../src/ui/map/strands.ts';
import { mapInWords, mapLabel } from '../../../src/ui/map/in-words.ts';
import { cellId } from '../preview/fake-ids.ts';
import { busySnapshot, fakeLease, fakeRun, queuedRun } from '../preview/fake-snapshots.ts';

describe('layout', () => {
  const sizes = [320, 374, 760, 1_100];
  const counts = Array.from({ length: 32 }, (_, index) => index + 1);

  test.each(sizes)('at %i px no cell touches another or leaves the map, for 1 to 32 cells', (width) => {
    for (const count of counts) {
      const { places, height } = layoutCells(count, width);
      expect(places).toHaveLength(count);
      for (const [index, place] of places.entries()) {
        const reach = place.radius + place.rim;
        expect(place.x - reach).toBeGreaterThanOrEqual(0);
        expect(place.x + reach).toBeLessThanOrEqual(width);
        expect(place.y - reach).toBeGreaterThanOrEqual(0);
        expect(place.y + reach).toBeLessThanOrEqual(height);
        for (const other of places.slice(index + 1)) {
          const apart = Math.hypot(place.x - other.x, place.y - other.y);
          expect(apart, `${count} cells`).toBeGreaterThan(place.radius + other.radius);
        }
      }
    }
  });

  test('this cell stands in the middle of the lower edge, and names stand on the outside', () => {
    const [self, ...others] = layoutCells(3, 760).places;
    expect(self?.x).toBeCloseTo(380);
    expect(self?.isLabelAbove).toBe(false);
    expect(others.map((place) => place.isLabelAbove)).toEqual([true, true]);
  });
});

describe('strands', () => {
  test('gather live leases of one kind between two cells, and the longest speaks for them', () => {
    const strands = strandsOf([
      fakeLease(1, { remainingMs: 5_000 }),
      fakeLease(2, { remainingMs: 15_000 }),
      fakeLease(3, { state: 'expired', remainingMs: 0 }),
      fakeLease(4, { kind: 'mem', quantity: 64 }),
    ]);
    expect(strands.map(({ kind, count, quantity }) => ({ kind, count, quantity }))).toEqual([
      { kind: 'cpu', count: 2, quantity: 2 },
      { kind: 'mem', count: 1, quantity: 64 },
    ]);
    expect(strands[0]?.longest.remainingMs).toBe(15_000);
  });

  test('unwind with time, never below nothing, and never lengthen when clocks differ', () => {
    const [strand] = strandsOf([fakeLease(1, { ttlMs: 20_000, remainingMs: 10_000 })]);
    if (!strand) throw new Error('no strand');
    expect(strandShare(strand, 1_000, 1_000)).toBe(0.5);
    expect(strandShare(strand, 1_000, 6_000)).toBe(0.25);
    expect(strandShare(strand, 1_000, 60_000)).toBe(0);
    expect(strandShare(strand, 1_000, 0)).toBe(0.5);
  });

  test('a cell that lends to itself gets a loop, and every shape has finite coordinates', () => {
    const { places } = layoutCells(2, 400);
    const [first, second] = places;
    const [own] = strandsOf([fakeLease(1, { lessor: cellId(0), holder: cellId(0) })]);
    const [other] = strandsOf([fakeLease(2)]);
    if (!first || !second || !own || !other) throw new Error('no strand');
    expect(strandShape(own, first, first).path).toMatch(/^M[\d. -]+A/);
    expect(strandShape(other, second, first).path).toMatch(/^M[\d. -]+Q[\d. -]+$/);
    // A bad snapshot may put two cells on one point; the page must not draw NaN.
    expect(strandShape(other, first, first).path).not.toContain('NaN');
  });
});

describe('shuttles', () => {
  const running = fakeRun(1, { status: 'running' });

  test('follow a run out, dock with it and bring it home', () => {
    const out = nextShuttles([], [fakeRun(1, { status: 'placed' })], 0);
    expect(out.map(({ stage }) => stage)).toEqual(['out']);
    const docked = nextShuttles(out, [running], 500);
    expect(docked).toMatchObject([{ stage: 'docked', sinceMs: 500 }]);
    expect(nextShuttles(docked, [running], 900)).toMatchObject([{ sinceMs: 500 }]);
    const [back] = nextShuttles(docked, [fakeRun(1, { status: 'succeeded' })], 1_000);
    if (!back) throw new Error('no shuttle');
    expect(shuttleShare(back, 1_000, false)).toBe(1);
    expect(isHome(back, 1_100)).toBe(false);
    expect(isHome(back, 2_200)).toBe(true);
  });

  test('runs that had ended before, and runs without a cell, get none', () => {
    expect(nextShuttles([], [fakeRun(1, { status: 'failed' }), queuedRun(2)], 0)).toEqual([]);
  });

  test('stay bounded when thousands run', () => {
    const runs = Array.from({ length: 4_000 }, (_, index) => fakeRun(index));
    expect(nextShuttles([], runs, 0)).toHaveLength(40);
  });

  test('stand still where a person asked for less motion', () => {
    const [shuttle] = nextShuttles([], [fakeRun(1, { status: 'placed' })], 0);
    if (!shuttle) throw new Error('no shuttle');
    expect([0, 300, 900].map((nowMs) => shuttleShare(shuttle, nowMs, true))).toEqual([0.5, 0.5, 0.5]);
  });
});

describe('the map in words', () => {
  test('names every cell, strand and run under way', () => {
    const words = mapInWords(busySnapshot()).join('\n');
    expect(words).toContain('amber finch (you): here, 3 of 4 slots free');
    expect(words).toContain('quiet loom lends amber finch 2 worker slots (2 leases).');
    expect(words).toContain('hello of Room 12, left window by the radiator is running on amber finch.');
    expect(mapLabel(busySnapshot())).toBe('Map of the fabric: 3 cells, 6 live leases, 5 runs under way.');
  });
});
