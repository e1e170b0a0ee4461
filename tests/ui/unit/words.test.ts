import { describe, expect, test } from 'vitest';
import { FabricError } from '../../../src/core/index.ts';
import { noticesBetween } from '../../../src/ui/watch/index.ts';
import {
  bytesOfBase64,
  failureOf,
  fileEnding,
  formatBytes,
  formatCountdown,
  formatDuration,
  formatShare,
  outputShape,
  prettyJson,
  shortened,
} from '../../../src/ui/words/index.ts';
import { weaveOf, weavePath } from '../../../src/ui/look/weave.ts';
import { inputRefusal } from '../../../src/ui/programs/order.ts';
import { cellId } from '../preview/fake-ids.ts';
import { fakeCell, fakeRun, fakeSnapshot } from '../preview/fake-snapshots.ts';

const MIB = 1024 * 1024;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('formats', () => {
  test.each([
    [0, '0 B'],
    [1_023, '1023 B'],
    [1_536, '1.5 KiB'],
    [32 * MIB, '32 MiB'],
    [17.4 * MIB, '17.4 MiB'],
    [3 * 1024 ** 4, '3 TiB'],
  ])('%i bytes read %s', (sizeBytes, text) => expect(formatBytes(sizeBytes)).toBe(text));

  test.each([
    [0.84, '0.8 ms'],
    [120.4, '120 ms'],
    [3_440, '3.4 s'],
    [125_000, '2 min 05 s'],
  ])('%d ms read %s', (durationMs, text) => expect(formatDuration(durationMs)).toBe(text));

  test('a countdown says 0 only when it is over', () => {
    expect([1, 999, 1_001, 65_000, 0, -5].map(formatCountdown)).toEqual(['1 s', '1 s', '2 s', '1:05', '0 s', '0 s']);
  });

  test('a share says 100 only when all is used', () => {
    expect([0, 1, 499_999, 500_000, 600_000].map((used) => formatShare(used, 500_000))).toEqual([
      '0%',
      '< 1%',
      '99%',
      '100%',
      '100%',
    ]);
    expect(formatShare(1, 0)).toBe('0%');
  });

  test('names are cut between letters, not inside them', () => {
    expect(shortened('zwölf', 5)).toBe('zwölf');
    expect(shortened('👩‍🏫👩‍🏫👩‍🏫', 2)).toBe('👩‍🏫…');
    expect(shortened('Room 12 left', 8)).toBe('Room 12…');
  });
});

describe('outputs', () => {
  test('are shown as what they are, whatever they were declared to be', () => {
    expect(outputShape(new Uint8Array(), 'image/png')).toEqual({ kind: 'empty' });
    expect(outputShape(utf8('x'), 'image/png').kind).toBe('image');
    // SVG is a document, not a picture: a stranger's tasklet does not get one drawn.
    expect(outputShape(utf8('<svg/>'), 'image/svg+xml').kind).toBe('text');
    expect(outputShape(utf8('{"a":1}'), 'application/json')).toEqual({ kind: 'json', text: '{\n  "a": 1\n}' });
    expect(outputShape(utf8('{"a":'), 'application/json')).toEqual({ kind: 'text', text: '{"a":' });
    expect(outputShape(Uint8Array.of(0xff, 0x00), 'text/plain')).toMatchObject({ kind: 'bytes' });
  });

  test('that are large are cut', () => {
    const shape = outputShape(utf8('a'.repeat(MIB)), 'text/plain');
    expect(shape.kind === 'text' && shape.text.length).toBeLessThan(70_000);
    expect(prettyJson(undefined)).toBe('null');
  });

  test('come out of base64, or not at all', () => {
    expect(bytesOfBase64('AAH/')).toEqual(Uint8Array.of(0, 1, 255));
    expect(bytesOfBase64('%%')).toBeUndefined();
    expect(fileEnding('image/png')).toBe('png');
    expect(fileEnding('constructor')).toBe('bin');
  });
});

describe('failures', () => {
  test('keep their code; strangers become internal', () => {
    expect(failureOf(new FabricError({ code: 'wrong_key', message: 'no' })).code).toBe('wrong_key');
    expect(failureOf('boom')).toMatchObject({ code: 'internal', message: 'boom' });
  });

  test('an input over the bound is refused with its size', () => {
    expect(inputRefusal('a.bmp', 16 * MIB, 16 * MIB)).toBeUndefined();
    expect(inputRefusal('a.bmp', 17 * MIB, 16 * MIB)).toMatchObject({
      code: 'input_too_large',
      message: 'a.bmp is 17 MiB; a tasklet takes 16 MiB at most.',
    });
  });
});

describe('notices', () => {
  const before = fakeSnapshot([fakeCell(0), fakeCell(1)], { runs: [fakeRun(1)] });

  test('tell who came, who left and what ended', () => {
    const after = fakeSnapshot([fakeCell(0), fakeCell(2)], { runs: [fakeRun(1, { status: 'succeeded', wallMs: 40 })] });
    expect(noticesBetween(before, after).map(({ text }) => text)).toEqual([
      'Room 12, left window by the radiator joined',
      'quiet loom left',
      `thumbnail finished on cell ${cellId(1).slice(0, 8)} in 40 ms`,
    ]);
  });

  test('a cell that is gone is told once', () => {
    const gone = fakeSnapshot([fakeCell(0), fakeCell(1, { state: 'gone' })]);
    expect(noticesBetween(before, gone).map(({ text }) => text)).toEqual(['quiet loom left']);
    expect(noticesBetween(gone, gone)).toEqual([]);
    expect(noticesBetween(gone, fakeSnapshot([fakeCell(0)]))).toEqual([]);
  });

  test('runs of others and runs that had ended before are nobody’s news', () => {
    const foreign = fakeRun(1, { submitter: cellId(1) });
    const earlier = fakeSnapshot([fakeCell(0)], { runs: [foreign] });
    const later = fakeSnapshot([fakeCell(0)], {
      runs: [fakeRun(1, { submitter: cellId(1), status: 'succeeded' }), fakeRun(2, { status: 'failed' })],
    });
    expect(noticesBetween(earlier, later)).toEqual([]);
  });
});

describe('weaves', () => {
  test('belong to the id, use two dyes, and show both threads', () => {
    for (let seed = 0; seed < 300; seed++) {
      const weave = weaveOf(cellId(seed));
      expect(weaveOf(cellId(seed)).warp).toBe(weave.warp);
      expect(weave.warp).not.toBe(weave.weft);
      const crossings = Array.from({ length: 16 }, (_, index) => weave.isWarpOver(index % 4, index >> 2));
      expect(new Set(crossings).size).toBe(2);
      expect(weavePath(weave, 24, 4)).toMatch(/^M/);
    }
    expect(weaveOf('').warp).toBeGreaterThanOrEqual(0);
  });
});
