import fc from 'fast-check';
import { expect, test } from 'vitest';
import { callStructure } from '../../../../src/memory/index.ts';
import type { LocalBytes } from '../../../../src/memory/index.ts';
import { plainBytes } from './world.ts';

const SIZE_BYTES = 256;
const STATUSES = [0, -3, -4, -5, -22];
const FENCE_BYTE = 0xa5;

/** A region in the middle of a larger buffer, whose rest must stay as it is. */
function fenced(): { local: LocalBytes; isIntact: () => boolean } {
  const buffer = new SharedArrayBuffer(3 * SIZE_BYTES);
  const all = new Uint8Array(buffer).fill(FENCE_BYTE);
  const bytes = new Uint8Array(buffer, SIZE_BYTES, SIZE_BYTES);
  return {
    local: { ...plainBytes(SIZE_BYTES), bytes },
    isIntact: () => all.every((byte, at) => (at >= SIZE_BYTES && at < 2 * SIZE_BYTES) || byte === FENCE_BYTE),
  };
}

const word = fc.oneof(
  { weight: 6, arbitrary: fc.nat(40) },
  { weight: 1, arbitrary: fc.constantFrom(0xffff_ffff, 0x7fff_ffff, 0x8000_0000, 0x1f_ffff, 256, 255) },
);
/** Numbers as headers and calls have them: mostly small, with zero halves, so that many pass the first checks. */
const halves = fc.tuple(word, fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: word }));

function packed(numbers: readonly (readonly [number, number])[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(numbers.flat()).buffer);
}

test('no call on scribbled bytes throws, hangs or reaches out of the region', () => {
  const call = fc.tuple(
    fc.integer({ min: 1, max: 8 }),
    fc.nat(7),
    fc.constantFrom(0, 0, 0, 8, 240, 248, 256, 4, 2 ** 32),
    fc.array(halves, { maxLength: 4 }),
    fc.uint8Array({ maxLength: 24 }),
  );
  const tags = [0x58544d47, 0x52414247, 0x434e4f47, 0x48435747];
  const header = fc.array(halves, { minLength: 4, maxLength: 8 });
  fc.assert(
    fc.property(header, fc.option(fc.constantFrom(...tags)), fc.array(call, { maxLength: 8 }), (fields, tag, calls) => {
      const { local, isIntact } = fenced();
      local.bytes.set(packed(fields));
      if (tag !== null) new DataView(local.bytes.buffer, SIZE_BYTES).setUint32(0, tag, true);
      for (const [structure, operation, base, numbers, rest] of calls) {
        const bytes = Uint8Array.from([
          ...[structure, operation, 0, 0, 0, 0, 0, 0],
          ...new Uint8Array(BigUint64Array.of(BigInt(base)).buffer),
          ...packed(numbers),
          ...rest,
        ]);
        const { status, answer } = callStructure(local, bytes, { nowMs: 1_000 });
        expect(STATUSES).toContain(status);
        if (status !== 0) expect(answer.length).toBe(0);
      }
      expect(isIntact()).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});

test('calls that are cut short or unknown are refused', () => {
  const { local } = fenced();
  const at = { nowMs: 0 };
  for (let length = 0; length < 16; length++) {
    const call = Uint8Array.of(1, 1, ...new Uint8Array(14)).subarray(0, length);
    expect(callStructure(local, call, at).status).toBe(-22);
  }
  expect(callStructure(local, Uint8Array.of(99, 1, ...new Uint8Array(14)), at).status).toBe(-5);
  expect(callStructure(local, Uint8Array.of(1, 99, ...new Uint8Array(14)), at).status).toBe(-5);
});
