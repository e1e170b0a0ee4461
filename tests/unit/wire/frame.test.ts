import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { concatBytes, fromHex, toHex, WIRE_LIMITS } from '../../../src/core/index.ts';
import {
  decodeFrame,
  encodeFrame,
  FRAGMENT_PAYLOAD_BYTES_MAX,
  FRAME_HEADER_BYTES,
  FRAME_KIND,
  FRAME_PAYLOAD_BYTES_MAX,
  framesOf,
  type Frame,
} from '../../../src/wire/index.ts';
import { errorOf, present, valueOf } from '../../support/index.ts';

/** PROTOCOL.md §2, byte by byte: version, kind, flags, 0, type, 0, id, length, then the payload. */
const GOLDEN: readonly (readonly [string, Frame, string])[] = [
  [
    'an event without payload',
    { kind: FRAME_KIND.event, type: 0x0005, id: 1, payload: new Uint8Array(0) },
    '01 00 00 00 0500 0000 01000000 00000000',
  ],
  [
    'a request',
    { kind: FRAME_KIND.request, type: 0x0012, id: 0x01020304, payload: new Uint8Array([0xa0]) },
    '01 01 00 00 1200 0000 04030201 01000000 a0',
  ],
  [
    'a refusal with the largest id and type',
    { kind: FRAME_KIND.refusal, type: 0xffff, id: 0xffff_ffff, payload: new Uint8Array([1, 2]) },
    '01 03 00 00 ffff 0000 ffffffff 02000000 0102',
  ],
  [
    'a fragment of an answer',
    {
      kind: FRAME_KIND.answer,
      type: 0x0040,
      id: 7,
      payload: new Uint8Array([0xaa, 0xbb]),
      fragment: { offsetBytes: 0x10000, totalBytes: 0x20000 },
    },
    '01 02 01 00 4000 0000 07000000 0a000000 00000100 00000200 aabb',
  ],
];

const bytesOfHex = (text: string): Uint8Array => present(fromHex(text.replaceAll(' ', '')));

describe('frames', () => {
  test.each(GOLDEN)('%s is these bytes', (_name, frame, hex) => {
    expect(toHex(encodeFrame(frame))).toBe(hex.replaceAll(' ', ''));
    expect(valueOf(decodeFrame(bytesOfHex(hex)))).toEqual(frame);
  });

  test.each([
    ['too_short', '01 00 00 00 0500 0000 01000000 000000'],
    ['unknown_version', '00 00 00 00 0500 0000 01000000 00000000'],
    ['unknown_version', '02 00 00 00 0500 0000 01000000 00000000'],
    ['unknown_kind', '01 04 00 00 0500 0000 01000000 00000000'],
    ['unknown_flag', '01 00 02 00 0500 0000 01000000 00000000'],
    ['unknown_flag', '01 00 81 00 0500 0000 01000000 00000000'],
    ['reserved_not_zero', '01 00 00 01 0500 0000 01000000 00000000'],
    ['reserved_not_zero', '01 00 00 00 0500 0100 01000000 00000000'],
    ['length_mismatch', '01 00 00 00 0500 0000 01000000 01000000'],
    ['length_mismatch', '01 00 00 00 0500 0000 01000000 00000000 00'],
    ['bad_fragment', '01 02 01 00 4000 0000 07000000 08000000 00000000 02000000'],
    ['bad_fragment', '01 02 01 00 4000 0000 07000000 07000000 00000000 020000'],
    // All of it in one fragment, past the total, and past the total by wrapping around 2^32.
    ['bad_fragment', '01 02 01 00 4000 0000 07000000 0a000000 00000000 02000000 aabb'],
    ['bad_fragment', '01 02 01 00 4000 0000 07000000 0a000000 03000000 04000000 aabb'],
    ['bad_fragment', '01 02 01 00 4000 0000 07000000 0a000000 ffffffff 04000000 aabb'],
  ])('%s: %s is refused', (fault, hex) => {
    expect(errorOf(decodeFrame(bytesOfHex(hex)))).toBe(fault);
  });

  test('one byte over the largest frame is refused', () => {
    const largest = { kind: FRAME_KIND.event, type: 1, id: 1, payload: new Uint8Array(FRAME_PAYLOAD_BYTES_MAX) };
    const bytes = encodeFrame(largest);
    expect(bytes.length).toBe(WIRE_LIMITS.frameBytesMax);
    expect(valueOf(decodeFrame(bytes)).payload.length).toBe(FRAME_PAYLOAD_BYTES_MAX);
    expect(errorOf(decodeFrame(new Uint8Array(WIRE_LIMITS.frameBytesMax + 1)))).toBe('too_long');
  });
});

const anyFrame = fc
  .record({
    kind: fc.constantFrom(...Object.values(FRAME_KIND)),
    type: fc.nat({ max: 0xffff }),
    id: fc.nat({ max: 0xffff_ffff }),
    payload: fc.uint8Array({ minLength: 1, maxLength: 200 }),
    before: fc.option(fc.nat({ max: 1_000_000 }), { nil: undefined }),
    after: fc.nat({ max: 1_000_000 }),
  })
  .map(({ before, after, ...head }): Frame => {
    if (before === undefined || before + after === 0) return head;
    return { ...head, fragment: { offsetBytes: before, totalBytes: before + head.payload.length + after } };
  });

describe('reading frames', () => {
  test('gives what was written', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        expect(valueOf(decodeFrame(encodeFrame(frame)))).toEqual(frame);
      }),
      { seed: 1 },
    );
  });

  test('gives the same when it was written over another', () => {
    const into = new Uint8Array(300).fill(0xff);
    fc.assert(
      fc.property(anyFrame, (frame) => {
        expect(encodeFrame(frame, into)).toEqual(encodeFrame(frame));
      }),
      { seed: 1 },
    );
  });

  test('reads from the middle of a larger buffer', () => {
    const frame = encodeFrame({ kind: FRAME_KIND.event, type: 5, id: 2, payload: new Uint8Array([1, 2, 3]) });
    const larger = new Uint8Array(frame.length + 9);
    larger.set(frame, 4);
    expect([...valueOf(decodeFrame(larger.subarray(4, 4 + frame.length))).payload]).toEqual([1, 2, 3]);
  });

  test('of a damaged frame never throws, and never answers more than came in', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 6 });
    fc.assert(
      fc.property(anyFrame, damage, fc.integer({ min: -30, max: 30 }), (frame, places, resize) => {
        const whole = encodeFrame(frame);
        const bytes = new Uint8Array(Math.max(0, whole.length + resize));
        bytes.set(whole.subarray(0, bytes.length));
        for (const [place, value] of places) if (bytes.length > 0) bytes[place % bytes.length] = value;
        const read = decodeFrame(bytes);
        if (!read.ok) return;
        expect(read.value.payload.length).toBeLessThanOrEqual(bytes.length - FRAME_HEADER_BYTES);
        // A view, not a copy: nothing was allocated for a stranger's length field.
        expect(read.value.payload.buffer).toBe(bytes.buffer);
        expect(encodeFrame(read.value)).toEqual(bytes);
      }),
      { seed: 2, numRuns: 2_000 },
    );
  });

  test('of random bytes never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(() => decodeFrame(bytes)).not.toThrow();
      }),
      { seed: 3, numRuns: 1_000 },
    );
  });

  test('a fragment is smaller than a whole frame by its own header', () => {
    expect(FRAME_PAYLOAD_BYTES_MAX - FRAGMENT_PAYLOAD_BYTES_MAX).toBe(8);
  });
});

describe('a channel message', () => {
  const frames = [3, 0, 20].map((sizeBytes, id) =>
    encodeFrame({ kind: FRAME_KIND.event, type: 0x0005, id, payload: new Uint8Array(sizeBytes).fill(id) }),
  );
  const message = concatBytes(...frames);

  test('divides into the frames that it was made of, each where numbers of any width may be read', () => {
    const divided = framesOf(message);
    expect(divided.map(toHex)).toEqual(frames.map(toHex));
    expect(divided.map(({ byteOffset }) => byteOffset % 8)).toEqual([0, 0, 0]);
  });

  test('of one frame is that frame, and of none is left to be refused', () => {
    expect(framesOf(present(frames[0])).map(toHex)).toEqual([toHex(present(frames[0]))]);
    for (const tail of [new Uint8Array(0), new Uint8Array(5)]) {
      const rest = framesOf(concatBytes(present(frames[0]), tail)).at(-1);
      expect(decodeFrame(present(rest)).ok).toBe(tail.length === 0);
    }
    expect(framesOf(new Uint8Array(0)).map((frame) => errorOf(decodeFrame(frame)))).toEqual(['too_short']);
  });

  test('whose length lies is not read past its end', () => {
    const lying = message.slice();
    new DataView(lying.buffer).setUint32(12, 0xffff_ffff, true);
    expect(framesOf(lying).map((frame) => errorOf(decodeFrame(frame)))).toEqual(['length_mismatch']);
  });
});
