import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readArchive, readBundle, writeArchive } from '../../../src/bundle/index.ts';
import { contentHash, type Bytes } from '../../../src/core/index.ts';
import { sampleBundle, valueOf } from './sample.ts';

const whole = sampleBundle().bytes;

const mutation = fc.record({
  kind: fc.constantFrom('set', 'cut', 'drop', 'repeat'),
  at: fc.nat({ max: whole.length - 1 }),
  length: fc.nat({ max: 1_200 }),
  value: fc.nat({ max: 255 }),
});

function mutated(bytes: Bytes, changes: readonly { kind: string; at: number; length: number; value: number }[]): Bytes {
  return changes.reduce((now, { kind, at, length, value }) => {
    if (kind === 'cut') return now.slice(0, at);
    if (kind === 'drop') return joined(now.slice(0, at), now.slice(at + length));
    if (kind === 'repeat') return joined(now.slice(0, at + length), now.slice(at));
    const next = now.slice();
    if (at < next.length) next[at] = value;
    return next;
  }, bytes);
}

function joined(left: Bytes, right: Bytes): Bytes {
  const all = new Uint8Array(left.length + right.length);
  all.set(left);
  all.set(right, left.length);
  return all;
}

test('whatever happens to a bundle, it is read as what it says or refused with a reason', () => {
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 6 }), (changes) => {
      const bytes = mutated(whole, changes);
      const read = readBundle(bytes);
      if (read.ok) {
        // Only what differs in no byte is the same bundle, and what was read is what was written.
        expect(read.value.id).toBe(contentHash(bytes));
        expect(writeArchive(read.value.files)).toEqual({ ok: true, value: bytes });
      } else {
        expect(read.error.length).toBeGreaterThan(0);
        for (const { message, recovery } of read.error) expect([message, recovery]).not.toContain('');
      }
    }),
    { numRuns: 3_000 },
  );
});

test('bytes from nowhere are refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4_096 }), (bytes) => {
      expect(readArchive(new Uint8Array(bytes)).ok).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test('any files with safe names come back as they were', () => {
  const part = fc.stringMatching(/^[a-z0-9]{1,12}(?:\.[a-z]{1,3})?$/);
  const path = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
  const files = fc.dictionary(path, fc.uint8Array({ maxLength: 1_500 }), { maxKeys: 12 });
  fc.assert(
    fc.property(files, (made) => {
      const map = new Map(Object.entries(made).map(([name, bytes]) => [name, new Uint8Array(bytes)]));
      const written = writeArchive(map);
      // A file and a folder may have been given one name.
      if (!written.ok) return expect(written.error.code).toBe('path_collides');
      const read = readArchive(written.value);
      expect(read).toEqual({ ok: true, value: new Map([...map].sort(([left], [right]) => (left < right ? -1 : 1))) });
    }),
    { numRuns: 300 },
  );
  expect(valueOf(readBundle(whole)).bytes).toBe(whole);
});
