import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, contentHash, utf8, WARM_LIMITS, WIRE_LIMITS, type Bytes } from '../../../../src/core/index.ts';
import {
  callFailed,
  callSucceeded,
  failureOfCall,
  readAnswerPart,
  readAnswers,
  readBatch,
  Transcript,
  writeAnswerParts,
  writeAnswers,
  writeBatch,
} from '../../../../src/tasklet/index.ts';
import { idOf, valueOf } from '../../../support/index.ts';

const bytesOf = (length: number): Bytes => new Uint8Array(length).fill(7);

describe('a batch of calls', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 50 }), (inputs) => {
        const own = inputs.map((input) => new Uint8Array(input));
        const batch = valueOf(readBatch(writeBatch(9, own)));
        expect(batch.session).toBe(9);
        expect(batch.inputs.map((input) => [...input])).toEqual(own.map((input) => [...input]));
      }),
    );
  });

  test('is refused when anything about it is wrong', () => {
    const whole = writeBatch(1, [utf8('one'), utf8('two')]);
    expect(readBatch(new Uint8Array(3)).ok).toBe(false);
    expect(readBatch(new Uint8Array(4)).ok).toBe(false);
    expect(readBatch(whole.slice(0, -1)).ok).toBe(false);
    expect(readBatch(new Uint8Array([...whole, 0])).ok).toBe(false);
    const lying = whole.slice();
    new DataView(lying.buffer).setUint32(4, 0xffff_fff0, true);
    expect(readBatch(lying).ok).toBe(false);
    expect(readBatch(writeBatch(1, [bytesOf(WARM_LIMITS.callBytesMax)])).ok).toBe(true);
    expect(readBatch(writeBatch(1, [bytesOf(WARM_LIMITS.callBytesMax + 1)])).ok).toBe(false);
    expect(
      readBatch(
        writeBatch(
          1,
          Array.from({ length: 257 }, () => bytesOf(0)),
        ),
      ).ok,
    ).toBe(false);
  });

  test('of any bytes never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readBatch(new Uint8Array(bytes))));
  });
});

describe('answers', () => {
  const ends = [callSucceeded(utf8('out'), 12), callFailed({ code: 'trapped', message: 'it fell' }, 3)];

  test('are read as they were written, with the failure of each', () => {
    const read = valueOf(readAnswers(writeAnswers(ends), 2));
    expect(read).toEqual(ends);
    expect(read.map(failureOfCall)).toMatchObject([undefined, { code: 'trapped', message: 'it fell' }]);
  });

  test('are refused when there are more or fewer, or when one cannot be', () => {
    const whole = writeAnswers(ends);
    expect(readAnswers(whole, 1).ok).toBe(false);
    expect(readAnswers(whole, 3).ok).toBe(false);
    for (const [at, value] of [
      [0, 99],
      [4, 0xffff_ffff],
    ] as const) {
      const wrong = whole.slice();
      new DataView(wrong.buffer).setUint32(at, value, true);
      expect(readAnswers(wrong, 2).ok).toBe(false);
    }
    const noFuel = whole.slice();
    new DataView(noFuel.buffer).setFloat64(8, NaN, true);
    expect(readAnswers(noFuel, 2).ok).toBe(false);
  });
});

test('a transcript is the chain that the document says', () => {
  const about = { warmId: idOf.run('a'), module: contentHash(utf8('m')), fuelLimit: 500 };
  const transcript = new Transcript(about);
  const sha = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
  let head = sha(utf8(`grafos-web warm transcript 1\nwarm ${about.warmId}\nmodule ${about.module}\nfuel 500\n`));
  expect([...transcript.head]).toEqual([...head]);
  for (const [input, output] of [
    ['in', 'out'],
    ['', ''],
    ['x'.repeat(3_000), 'y'],
  ] as const) {
    const record = Buffer.alloc(20);
    record.writeUInt32LE(0, 0);
    record.writeUInt32LE(input.length, 4);
    record.writeUInt32LE(output.length, 8);
    record.writeDoubleLE(42, 12);
    head = sha(head, record, utf8(input), utf8(output));
    transcript.add(utf8(input), callSucceeded(utf8(output), 42));
    expect([...transcript.head]).toEqual([...head]);
  }
  expect(transcript.calls).toBe(3);
});

describe('an answer on a channel of its own', () => {
  test('comes in messages of at most a frame, which together are the answers', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: WARM_LIMITS.callBytesMax }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lengths, (sizes) => {
        const ends = sizes.map((size) => callSucceeded(bytesOf(size), size));
        const messages = writeAnswerParts(5, ends);
        expect(messages.every(({ length }) => length <= WIRE_LIMITS.frameBytesMax)).toBe(true);
        const parts = messages.map((message) => valueOf(readAnswerPart(message)));
        expect(parts.every(({ number }) => number === 5)).toBe(true);
        expect(parts.map(({ isLast }) => isLast)).toEqual(parts.map((_, at) => at === parts.length - 1));
        const whole = concatBytes(...parts.map(({ answers }) => answers));
        expect(valueOf(readAnswers(whole, ends.length)).map(({ fuelUsed }) => fuelUsed)).toEqual(sizes);
      }),
      { numRuns: 30 },
    );
    expect(readAnswerPart(new Uint8Array(3)).ok).toBe(false);
  });
});
