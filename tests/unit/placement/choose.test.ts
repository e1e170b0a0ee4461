import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { failure } from '../../../src/core/index.ts';
import { choose, type Candidate, type Wish } from '../../../src/placement/index.ts';
import { errorOf, idOf, valueOf } from '../../support/index.ts';

const MIB = 1_048_576;

function candidate(id: string, change: Partial<Candidate> = {}): Candidate {
  return {
    cell: idOf.cell(id),
    isSelf: false,
    isAlive: true,
    slotsTotal: 2,
    slotsFree: 2,
    memoryBytesTotal: 64 * MIB,
    memoryBytesFree: 64 * MIB,
    inFlight: 0,
    ...change,
  };
}

const wish = (change: Partial<Wish> = {}): Wish => ({
  target: 'any',
  memoryBytes: MIB,
  refusals: new Map(),
  ...change,
});
const [a, b, c] = ['a', 'b', 'c'].map(idOf.cell);

describe('who is meant', () => {
  const cells = [candidate('a', { isSelf: true }), candidate('b')];

  test('any cell: another before oneself when both are as free', () => {
    expect(valueOf(choose(cells, wish()))).toBe(b);
  });

  test('another: never oneself', () => {
    expect(valueOf(choose(cells, wish({ target: 'other' })))).toBe(b);
    expect(errorOf(choose(cells.slice(0, 1), wish({ target: 'other' }))).code).toBe('runtime_not_ready');
  });

  test('one by id: that one, however busy the choice would be', () => {
    expect(valueOf(choose(cells, wish({ target: idOf.cell('a') })))).toBe(a);
    expect(errorOf(choose(cells, wish({ target: idOf.cell('f') }))).message).toContain('ffffffff');
  });
});

describe('who can', () => {
  test.each<readonly [string, readonly Candidate[], string]>([
    ['nobody is there', [], 'runtime_not_ready'],
    ['those there are not alive', [candidate('b', { isAlive: false })], 'runtime_not_ready'],
    ['nobody has a slot', [candidate('b', { slotsTotal: 0, slotsFree: 0 })], 'lease_denied'],
    ['nobody ever has the memory', [candidate('b', { memoryBytesTotal: MIB - 1 })], 'lease_denied'],
    ['all slots are busy', [candidate('b', { slotsFree: 0 })], 'capacity_exceeded'],
    ['the memory is lent out', [candidate('b', { memoryBytesFree: MIB - 1 })], 'capacity_exceeded'],
    ['our own runs fill it, though it has not said so yet', [candidate('b', { inFlight: 2 })], 'capacity_exceeded'],
  ])('%s', (_name, candidates, code) => {
    expect(errorOf(choose(candidates, wish())).code).toBe(code);
  });

  test('a cell with exactly enough is taken', () => {
    const exact = candidate('b', { slotsFree: 1, memoryBytesTotal: MIB, memoryBytesFree: MIB });
    expect(valueOf(choose([exact], wish()))).toBe(b);
  });
});

describe('who is best', () => {
  test.each<readonly [string, readonly Candidate[], string | undefined]>([
    ['the one with most free slots', [candidate('b', { slotsFree: 1 }), candidate('c')], c],
    ['oneself, when it has more', [candidate('a', { isSelf: true }), candidate('b', { slotsFree: 1 })], a],
    ['the one with fewer of our runs', [candidate('b', { inFlight: 1, slotsTotal: 3 }), candidate('c')], c],
    ['the lower id among equals', [candidate('c'), candidate('b')], b],
  ])('%s', (_name, candidates, expected) => {
    expect(valueOf(choose(candidates, wish()))).toBe(expected);
  });
});

describe('who refused', () => {
  test('is passed over', () => {
    const refusals = new Map([[idOf.cell('b'), failure('lease_denied', 'no')]]);
    expect(valueOf(choose([candidate('b'), candidate('c', { slotsFree: 1 })], wish({ refusals })))).toBe(c);
  });

  test('is named with its reason when all have', () => {
    const refusals = new Map([
      [idOf.cell('b'), failure('lease_denied', 'quota')],
      [idOf.cell('c'), failure('fenced', 'quarantined')],
    ]);
    const refused = errorOf(choose([candidate('b'), candidate('c')], wish({ refusals })));
    expect(refused.code).toBe('lease_denied');
    expect(refused.message).toContain('bbbbbbbb: quota');
    expect(refused.message).toContain('cccccccc: quarantined');
  });
});

const anyCandidate = fc
  .record({
    id: fc.nat({ max: 15 }).map((digit) => digit.toString(16)),
    isSelf: fc.boolean(),
    isAlive: fc.boolean(),
    slotsTotal: fc.nat({ max: 4 }),
    busy: fc.nat({ max: 4 }),
    memory: fc.nat({ max: 8 }),
    lent: fc.nat({ max: 8 }),
    inFlight: fc.nat({ max: 4 }),
  })
  .map(({ id, busy, memory, lent, slotsTotal, ...rest }) =>
    candidate(id, {
      ...rest,
      slotsTotal,
      slotsFree: Math.max(0, slotsTotal - busy),
      memoryBytesTotal: memory * MIB,
      memoryBytesFree: Math.max(0, memory - lent) * MIB,
    }),
  );
const anyCandidates = fc.uniqueArray(anyCandidate, { selector: ({ cell }) => cell, maxLength: 8 });

describe('whatever the fabric looks like', () => {
  test('the choice can take the run, and is the same however the cells are listed', () => {
    fc.assert(
      fc.property(anyCandidates, fc.constantFrom<Wish['target']>('any', 'other'), (candidates, target) => {
        const chosen = choose(candidates, wish({ target }));
        expect(choose(candidates.toReversed(), wish({ target }))).toEqual(chosen);
        if (!chosen.ok) return;
        const at = candidates.find(({ cell }) => cell === chosen.value);
        expect(at).toMatchObject({ isAlive: true, ...(target === 'other' ? { isSelf: false } : {}) });
        expect(at?.slotsFree).toBeGreaterThan(0);
        expect(at?.memoryBytesFree).toBeGreaterThanOrEqual(MIB);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('somebody is chosen whenever somebody could take it', () => {
    fc.assert(
      fc.property(anyCandidates, (candidates) => {
        const canTake = candidates.some(
          ({ isAlive, slotsFree, slotsTotal, inFlight, memoryBytesFree }) =>
            isAlive && slotsFree > 0 && slotsTotal > inFlight && memoryBytesFree >= MIB,
        );
        expect(choose(candidates, wish()).ok).toBe(canTake);
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});
