import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromUtf8, utf8, type Bytes } from '../../../src/core/index.ts';
import { boxFiltered, decodePng, encodeBmp, encodePpm, testPicture } from './images.ts';
import { ProgramRunner, runIdOf } from './tasklet-runner.ts';

let program: ProgramRunner;

beforeAll(async () => {
  program = await ProgramRunner.open('image-info');
}, 240_000);

describe('fixtures', () => {
  test('there is one of each kind', () => {
    expect(program.program.fixtures.map(({ name, mediaType }) => [name, mediaType])).toStrictEqual([
      ['badge.bmp', 'image/bmp'],
      ['cut-short.png', 'image/png'],
      ['dunes.ppm', 'image/x-portable-pixmap'],
      ['dusk.jpg', 'image/jpeg'],
      ['lake.bmp', 'image/bmp'],
      ['mountains.png', 'image/png'],
      ['sunrise.gif', 'image/gif'],
    ]);
  });

  test('every tasklet makes of every fixture what the expected files say, twice', async () => {
    let checked = 0;
    for (const { path, expectations } of program.program.fixtures) {
      for (const expectation of expectations) {
        const first = program.run(expectation.tasklet, await bytesOf(path), { runId: runIdOf('1') });
        const second = program.run(expectation.tasklet, await bytesOf(path), { runId: runIdOf('2') });
        const expected = await bytesOf(expectation.path);
        if (expectation.kind === 'output') {
          expect(first.output, path).toStrictEqual(expected);
          expect(second.output, path).toStrictEqual(expected);
        } else {
          expect(first.error?.code, path).toBe('tasklet_error');
          expect(JSON.parse(first.responseText ?? ''), path).toStrictEqual(JSON.parse(fromUtf8(expected) ?? ''));
        }
        checked++;
      }
    }
    expect(checked).toBe(14);
  });

  test.skipIf(!hasImageMagick())('metadata says what ImageMagick says', async () => {
    for (const { path, expectations } of program.program.fixtures) {
      if (expectations.some(({ kind, tasklet }) => kind === 'error' && tasklet === 'metadata')) continue;
      const output = program.run('metadata', await bytesOf(path)).output;
      const [format, width, height] = identify(path);
      expect(JSON.parse(fromUtf8(output) ?? ''), path).toMatchObject({ format, width, height });
    }
  });
});

describe('thumbnail', () => {
  const shapes: [number, number][] = [
    [1, 1],
    [96, 96],
    [97, 31],
    [333, 217],
    [2000, 1],
    [1, 500],
  ];

  test.each(shapes)('of %i by %i is the box-filtered picture, whatever the file is like', (width, height) => {
    const picture = testPicture(width, height);
    const expected = boxFiltered(picture, 96);
    const files = [
      encodeBmp(picture, { bits: 24, isTopDown: false }),
      encodeBmp(picture, { bits: 24, isTopDown: true }),
      encodeBmp(picture, { bits: 32, isTopDown: false }),
      encodeBmp(picture, { bits: 32, isTopDown: true }),
      encodePpm(picture),
    ];
    for (const file of files) expect(decodePng(program.run('thumbnail', file).output)).toStrictEqual(expected);
  });

  test('of a picture with alpha keeps the alpha and the colours of what is seen', async () => {
    const badge = program.program.fixtures.find(({ name }) => name === 'badge.bmp');
    const { width, height, rgba } = decodePng(program.run('thumbnail', await bytesOf(badge?.path ?? '')).output);
    expect([width, height]).toStrictEqual([77, 96]);
    expect([...rgba.subarray(0, 4)]).toStrictEqual([0, 0, 0, 0]);
    const middle = (48 * width + 38) * 4;
    expect(rgba[middle + 3]).toBe(255);
    const rim = (48 * width + 3) * 4;
    expect([...rgba.subarray(rim, rim + 2)].every((sample) => sample > 150)).toBe(true);
  });

  test('fits the largest input into its memory', () => {
    const picture = testPicture(2360, 2360);
    const result = program.run('thumbnail', encodeBmp(picture, { bits: 24, isTopDown: false }));
    expect(result.error).toBeUndefined();
    expect(decodePng(result.output)).toStrictEqual(boxFiltered(picture, 96));
  }, 30_000);

  test('reports progress up to the end', () => {
    const seen: number[] = [];
    program.run('thumbnail', encodePpm(testPicture(10, 4)), { progress: (done) => seen.push(done) });
    expect(seen).toStrictEqual([0, 1, 2, 3, 4]);
  });
});

describe('what is no image', () => {
  test.each([
    ['', 1, 'the input is empty'],
    ['hello', 1, 'the input is not a PNG, JPEG, GIF, BMP or PPM image'],
    ['BM', 2, 'the bmp file ends early'],
    ['GIF89a', 2, 'the gif file ends early'],
    ['P6 0 5 255 ', 3, 'the ppm header gives the image no pixels'],
    ['P6 x', 3, 'the ppm header has no number where one must be'],
    ['P6 99999999999 1 255 ', 3, 'the ppm header has an impossible number'],
    ['P6 1 1 255 ', 2, 'the ppm file ends early'],
  ])('%j is error %i', (input, code, message) => {
    for (const tasklet of ['metadata', 'thumbnail']) {
      const result = program.run(tasklet, utf8(input));
      expect(result.error?.code).toBe('tasklet_error');
      expect(JSON.parse(result.responseText ?? '')).toStrictEqual({ error: { code, message } });
    }
  });
});

async function bytesOf(path: string): Promise<Bytes> {
  return new Uint8Array(await readFile(path));
}

function hasImageMagick(): boolean {
  try {
    execFileSync('identify', ['-version']);
    return true;
  } catch {
    return false;
  }
}

function identify(path: string): [string, number, number] {
  const [format = '', width, height] = execFileSync('identify', ['-format', '%m %w %h\n', path], { encoding: 'utf8' })
    .split('\n', 1)[0]
    ?.split(' ') ?? [''];
  return [format.toLowerCase().replace(/^bmp\d$/, 'bmp'), Number(width), Number(height)];
}
