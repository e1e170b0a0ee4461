import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Bytes } from '../../../src/core/index.ts';
import { encodeBmp, encodePpm, testPicture } from './images.ts';
import { ProgramRunner } from './tasklet-runner.ts';

const HEADER_BYTES = 160;
const INTERESTING = [0, 1, 0x7f, 0x80, 0xff];

let program: ProgramRunner;
let samples: Bytes[];
/** One of each kind, small: for tests that run thousands of variants. */
let smallSamples: Bytes[];

beforeAll(async () => {
  program = await ProgramRunner.open('image-info');
  const files = await Promise.all(program.program.fixtures.map(({ path }) => readFile(path)));
  samples = files.map((file) => new Uint8Array(file));
  const picture = testPicture(9, 7);
  smallSamples = [
    encodeBmp(picture, { bits: 24, isTopDown: false }),
    encodeBmp(picture, { bits: 32, isTopDown: true }),
    encodePpm(picture),
    ...samples.filter((_, index) => !/lake|dunes|badge/.test(program.program.fixtures[index]?.name ?? '')),
  ];
}, 240_000);

/** Success or an error of the tasklet's own: never a trap, never a response that is not JSON. */
function expectTypedEnd(input: Bytes): void {
  for (const tasklet of ['metadata', 'thumbnail']) {
    const { status, error } = program.run(tasklet, input);
    if (status !== 'succeeded') expect(error?.code).toBe('tasklet_error');
  }
}

describe('hostile images', () => {
  test('a file cut anywhere in its header, or at any of many places after it, ends typed', () => {
    for (const sample of samples) {
      for (let length = 0; length < HEADER_BYTES; length++) expectTypedEnd(sample.slice(0, length));
      for (let part = 1; part < 16; part++) expectTypedEnd(sample.slice(0, (sample.length * part) / 16));
    }
  }, 60_000);

  test('any header byte set to an extreme value ends typed', () => {
    for (const sample of smallSamples) {
      for (let at = 0; at < HEADER_BYTES; at++) {
        for (const value of INTERESTING) expectTypedEnd(changed(sample, [[at, value]]));
      }
    }
  }, 120_000);

  test('any four header bytes set to an extreme value end typed', () => {
    for (const sample of smallSamples) {
      for (let at = 0; at < HEADER_BYTES; at++) {
        for (const word of [
          [255, 255, 255, 255],
          [0, 0, 0, 128],
          [255, 255, 255, 127],
          [0, 0, 0, 0],
        ]) {
          expectTypedEnd(
            changed(
              sample,
              word.map((value, index): [number, number] => [at + index, value]),
            ),
          );
        }
      }
    }
  }, 120_000);

  test('any mask of a bitmap with masks ends typed', () => {
    const badge = samples[program.program.fixtures.findIndex(({ name }) => name === 'badge.bmp')] ?? new Uint8Array(0);
    for (let at = 14; at < 80; at += 4) {
      for (let byte = 0; byte < 4; byte++) {
        for (const value of INTERESTING) expectTypedEnd(changed(badge, [[at + byte, value]]));
      }
    }
  }, 60_000);

  test('mutated files end typed', () => {
    const edit = fc.tuple(fc.nat(HEADER_BYTES), fc.oneof(fc.nat(255), fc.constantFrom(...INTERESTING)));
    fc.assert(
      fc.property(
        fc.nat(samples.length - 1),
        fc.array(edit, { maxLength: 12 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (index, edits, kept) => {
          const sample = samples[index] ?? new Uint8Array(0);
          expectTypedEnd(changed(sample.slice(0, Math.ceil(sample.length * kept)), edits));
        },
      ),
      { numRuns: 2_000, seed: 20_260 },
    );
  }, 120_000);

  test('random bytes behind a magic end typed', () => {
    const magics = [
      [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
      [0xff, 0xd8, 0xff],
      [...Buffer.from('GIF89a')],
      [...Buffer.from('BM')],
      [...Buffer.from('P6 ')],
    ];
    fc.assert(
      fc.property(fc.constantFrom(...magics), fc.uint8Array({ maxLength: 300 }), (magic, rest) => {
        expectTypedEnd(Uint8Array.from([...magic, ...rest]));
      }),
      { numRuns: 2_000, seed: 20_261 },
    );
  }, 120_000);
});

function changed(bytes: Bytes, edits: readonly (readonly [number, number])[]): Bytes {
  const copy = bytes.slice();
  for (const [at, value] of edits) if (at < copy.length) copy[at] = value;
  return copy;
}
