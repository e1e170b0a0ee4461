import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '../../../src/core/index.ts';
import {
  after,
  bandsOf,
  cutOut,
  nextOf,
  populationOf,
  readPattern,
  type Board,
} from '../../../src/programs/game-of-life/board.ts';
import { FakeRegion } from '../tasklet/host/fake-region.ts';
import { ProgramRunner } from './tasklet-runner.ts';

const FIXTURE = new URL('../../../src/programs/game-of-life/fixtures/garden.rle', import.meta.url);
const HOME = 0xffff_ffff;
const HEAD_BYTES = 16;

const pattern = (size: string, body: string): Board => readPattern(`#C a test\n${size}, rule = B3/S23\n${body}\n`);

/** The coordinates of what lives. */
const living = ({ columns, squares }: Board): string[] =>
  [...squares.entries()]
    .filter(([, square]) => square === 1)
    .map(([at]) => `${at % columns} ${Math.floor(at / columns)}`);

describe('patterns', () => {
  test('are read as they are written, over line ends and empty rows', () => {
    expect(living(pattern('x = 6, y = 5', 'bo$2b\no3$2o2bo!'))).toEqual(['1 0', '2 1', '0 4', '1 4', '4 4']);
  });

  test.each([
    ['no size', 'bob!'],
    ['another rule', 'x = 3, y = 3, rule = B36/S23\nbob!'],
    ['a row that is too long', 'x = 3, y = 3\n4o!'],
    ['rows too many', 'x = 3, y = 3\n3$o!'],
    ['no end', 'x = 3, y = 3\nbob'],
    ['another letter', 'x = 3, y = 3\nbxb!'],
    ['no area', 'x = 0, y = 3\n!'],
    ['an absurd size', 'x = 99999, y = 3\n!'],
  ])('with %s are refused', (_, text) => {
    expect(() => readPattern(text)).toThrow(/no pattern of Life/);
  });
});

describe('the reference', () => {
  test('moves a glider by one square each way in four generations, around the edges too', () => {
    const glider = pattern('x = 8, y = 8', 'bo$2bo$3o!');
    const moved = living(glider).map((place) =>
      place
        .split(' ')
        .map((side) => (Number(side) + 1) % 8)
        .join(' '),
    );
    expect(living(after(glider, 4)).toSorted()).toEqual(moved.toSorted());
    expect(after(glider, 32)).toEqual(glider);
  });

  test('has a glider gun shoot every thirty generations', () => {
    const gun = pattern(
      'x = 120, y = 100',
      '24bo$22bobo$12b2o6b2o12b2o$11bo3bo4b2o12b2o$2o8bo5bo3b2o$2o8bo3bob2o4bobo$10bo5bo7bo$11bo3bo$12b2o!',
    );
    expect([0, 30, 60, 90, 120].map((generation) => populationOf(after(gun, generation)))).toEqual([
      36, 41, 46, 51, 56,
    ]);
  });

  test('wraps around on every side of a board of one square', () => {
    expect(populationOf(nextOf(pattern('x = 1, y = 1', 'o!')))).toBe(0);
  });
});

test.each([
  [96, 3, [32, 32, 32]],
  [10, 4, [2, 3, 2, 3]],
  [7, 1, [7]],
  [2, 5, [1, 1]],
])('%i rows in %i bands are %j, without a gap', (rows, count, heights) => {
  const bands = bandsOf(rows, count);
  expect(bands.map((band) => band.rows)).toEqual(heights);
  expect(bands.map(({ top }) => top)).toEqual(
    heights.map((_, index) => heights.slice(0, index).reduce((a, b) => a + b, 0)),
  );
});

describe('band', () => {
  let program: ProgramRunner;
  let garden: Board;

  beforeAll(async () => {
    program = await ProgramRunner.open('game-of-life');
    garden = readPattern(await readFile(FIXTURE, 'utf8'));
  }, 240_000);

  /** A region as the field lays it out, with all its generations allowed. */
  function laidOut(board: Board, top: number, rows: number, generation: number): FakeRegion {
    const region = new FakeRegion(HEAD_BYTES + 2 * rows * board.columns);
    const head = new DataView(region.data.buffer);
    for (const [at, word] of [generation, generation + 1, rows, board.columns].entries()) {
      head.setUint32(4 * at, word, true);
    }
    region.wait = (offset, expected) => (head.getUint32(offset, true) === expected ? 2 : 1);
    region.data.set(cutOut(board, { top, rows }), slotAt(generation, rows * board.columns));
    return region;
  }

  const slotAt = (generation: number, squares: number): number => HEAD_BYTES + (generation % 2) * squares;

  /** What a region holds at a generation. */
  const heldAt = (region: FakeRegion, generation: number, squares: number): Uint8Array =>
    region.data.slice(slotAt(generation, squares), slotAt(generation, squares) + squares);

  /** Every band in turn, one generation at a time, as they would side by side. */
  function playedInBands(board: Board, count: number, generations: number): Uint8Array {
    const bands = bandsOf(board.rows, count);
    const regions = bands.map(({ top, rows }) => laidOut(board, top, rows, 0));
    for (let generation = 0; generation < generations; generation++) {
      for (const region of regions) new DataView(region.data.buffer).setUint32(4, generation + 1, true);
      for (const [index, own] of regions.entries()) {
        const above = regions[(index + count - 1) % count] ?? own;
        const below = regions[(index + 1) % count] ?? own;
        const input = utf8(`${generation} ${generation + 1} 1 2`);
        expect(program.run('band', input, { regions: [own, above, below] }).error).toBeUndefined();
      }
    }
    const squares = regions.map((region, index) =>
      heldAt(region, generations, (bands[index]?.rows ?? 0) * board.columns),
    );
    return new Uint8Array(squares.flatMap((band) => [...band]));
  }

  test.each([1, 2, 3, 7])('in %i bands comes to the same board as the reference', (count) => {
    expect(playedInBands(garden, count, 24)).toEqual(after(garden, 24).squares);
  });

  test('of single rows reads both neighbours at the generation that it is at itself', () => {
    const glider = pattern('x = 6, y = 5', 'bo$2bo$3o!');
    expect(playedInBands(glider, 5, 20)).toEqual(after(glider, 20).squares);
  });

  test('ends where it rests when it is called home', () => {
    const own = laidOut(garden, 0, 96, 4);
    new DataView(own.data.buffer).setUint32(4, HOME, true);
    const result = program.run('band', utf8('4 50 1 2'), { regions: [own, own, own] });
    expect(result.error).toBeUndefined();
    expect(heldAt(own, 4, garden.squares.length)).toEqual(garden.squares);
    expect(new DataView(own.data.buffer).getUint32(0, true)).toBe(4);
  });

  test('says which lease was over and where', () => {
    const [own, above, below] = [laidOut(garden, 32, 32, 0), laidOut(garden, 0, 32, 0), laidOut(garden, 64, 32, 0)];
    below.wait = () => -6;
    const result = program.run('band', utf8('0 5 1 2'), { regions: [own, above, below] });
    expect(result.error?.message).toContain('the lease below was over at generation 0, status -6');
  });

  test('does not wait for ever for a neighbour that is behind, or for leave', () => {
    const [own, other] = [laidOut(garden, 0, 48, 6), laidOut(garden, 48, 48, 5)];
    const behind = program.run('band', utf8('6 9 1 2'), { regions: [own, other, other] });
    expect(behind.error?.message).toContain('nothing more came by the lease above at generation 6');
    const whole = laidOut(garden, 0, 96, 6);
    const idle = program.run('band', utf8('6 9 1 2'), { regions: [whole, whole, whole] });
    expect(idle.error?.message).toContain('nothing more came by its own lease at generation 7');
  });

  test('refuses leases that hold no bands of one board, and other inputs', () => {
    const own = laidOut(garden, 0, 96, 0);
    const narrow = laidOut(pattern('x = 8, y = 8', '3o!'), 0, 8, 0);
    const runs = [
      program.run('band', utf8('0 5 1 1'), { regions: [own, narrow] }),
      program.run('band', utf8('0 5 1 2'), { regions: [own] }),
      program.run('band', utf8('0 5 0 0'), { regions: [new FakeRegion(8)] }),
      program.run('band', utf8('0 5'), { regions: [own, own, own] }),
    ];
    expect(runs.map(({ error }) => error?.code)).toEqual(Array.from(runs, () => 'tasklet_error'));
  });
});
