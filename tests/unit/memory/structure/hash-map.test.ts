import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromUtf8, toHex, utf8 } from '../../../../src/core/index.ts';
import { HASH_MAP, NUMBER_FORM, STRUCTURE, type ByteReader } from '../../../../src/memory/index.ts';
import { World } from './world.ts';

const KEY_STRIDE = 4;
const VALUE_STRIDE = 8;
const BUCKET_BYTES = 17 + KEY_STRIDE + VALUE_STRIDE;
const ABSENT = 0xffff_ffff;

function hashMap(bucketCount: number): World {
  const world = new World(8 + 32 + bucketCount * BUCKET_BYTES, 8);
  world.local.bytes.fill(1);
  world.answer(STRUCTURE.hashMap, HASH_MAP.create, (call) => call.u32(KEY_STRIDE).u32(VALUE_STRIDE).u64(0));
  return world;
}

function values(answer: ByteReader): (Uint8Array | undefined)[] {
  return Array.from({ length: answer.u32() }, () => {
    const length = answer.u32();
    return length === ABSENT ? undefined : answer.bytes(length);
  });
}

function scanned(world: World, wanted: number, budgetBytes: number): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  let from = 0;
  for (let calls = 0; calls < 100; calls++) {
    const answer = world.answer(STRUCTURE.hashMap, HASH_MAP.scan, (call) =>
      call.u64(from).u32(wanted).u32(budgetBytes),
    );
    from = answer.u64();
    const bucketCount = answer.u64();
    for (const [key, value] of answer.pairs()) found.set(toHex(key), value);
    if (from === bucketCount) return found;
  }
  throw new Error('a scan without an end');
}

describe('hash map', () => {
  test('golden: header, bucket and the published FNV-1a of "a" and "foobar"', () => {
    const world = new World(32 + 2 * 31);
    world.answer(STRUCTURE.hashMap, HASH_MAP.create, (call) => call.u32(6).u32(8).u64(0));
    world.answer(STRUCTURE.hashMap, HASH_MAP.insert, (call) => call.pairs([[utf8('foobar'), utf8('12')]]));
    // FNV-1a 64 of foobar is 85944171f73967e8 (test vectors of draft-eastlake-fnv): even, so bucket 0.
    expect(toHex(world.snapshot())).toBe(
      '0100000000000000' + '0200000000000000' + '0600000000000000' + '0800000000000000' +
        '01' + 'e86739f771419485' + '06000000' + '666f6f626172' + '02000000' + '3132000000000000' +
        '00'.repeat(31),
    ); // prettier-ignore
    world.answer(STRUCTURE.hashMap, HASH_MAP.clear);
    world.answer(STRUCTURE.hashMap, HASH_MAP.insert, (call) => call.pairs([[utf8('a'), utf8('')]]));
    expect(toHex(world.snapshot().slice(33, 41))).toBe('8cec01864cdc63af');
  });

  test.each([1, 2, 5, 8])('behaves like a map that is full at its %i buckets', (bucketCount) => {
    const key = fc.uint8Array({ minLength: 1, maxLength: 1, max: 9 });
    const value = fc.uint8Array({ maxLength: VALUE_STRIDE });
    const step = fc.oneof(
      fc.record({ kind: fc.constant('insert' as const), pairs: fc.array(fc.tuple(key, value), { maxLength: 3 }) }),
      fc.record({ kind: fc.constant('remove' as const), keys: fc.array(key, { maxLength: 4 }) }),
      fc.record({ kind: fc.constant('get' as const), keys: fc.array(key, { maxLength: 4 }) }),
      fc.record({ kind: fc.constant('scan' as const), count: fc.integer({ min: 1, max: 3 }), budget: fc.nat(60) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const world = hashMap(bucketCount);
        const model = new Map<string, Uint8Array>();
        for (const each of steps) {
          if (each.kind === 'insert') {
            const sizeBefore = model.size;
            let done = 0;
            for (const [name, content] of each.pairs) {
              if (!model.has(toHex(name)) && model.size === bucketCount) break;
              model.set(toHex(name), content);
              done++;
            }
            const answer = world.answer(STRUCTURE.hashMap, HASH_MAP.insert, (call) => call.pairs(each.pairs));
            expect([answer.u32(), answer.u32()]).toEqual([done, model.size - sizeBefore]);
          } else if (each.kind === 'remove') {
            const removed = each.keys.filter((name) => model.delete(toHex(name))).length;
            expect(world.answer(STRUCTURE.hashMap, HASH_MAP.remove, (call) => call.list(each.keys)).u32()).toBe(
              removed,
            );
          } else if (each.kind === 'get') {
            const answer = world.answer(STRUCTURE.hashMap, HASH_MAP.get, (call) => call.list(each.keys));
            expect(values(answer)).toEqual(each.keys.map((name) => model.get(toHex(name))));
          } else {
            expect(scanned(world, each.count, each.budget)).toEqual(model);
          }
          expect(world.local.u32[2]).toBe(model.size);
        }
      }),
    );
  });

  test('a table emptied again has no tombstone left in a run that ends', () => {
    const world = hashMap(8);
    const keys = ['a', 'b', 'c', 'd', 'e'].map(utf8);
    world.answer(STRUCTURE.hashMap, HASH_MAP.insert, (call) => call.pairs(keys.map((key) => [key, key])));
    world.answer(STRUCTURE.hashMap, HASH_MAP.remove, (call) => call.list(keys));
    const states = Array.from({ length: 8 }, (_, index) => world.local.bytes[8 + 32 + index * BUCKET_BYTES]);
    expect(states.filter((state) => state === 1)).toEqual([]);
    expect(world.answer(STRUCTURE.hashMap, HASH_MAP.get, (call) => call.list(keys)).u32()).toBe(5);
  });

  test('adding counts from 0, wraps at 64 bits, and leaves other values alone', () => {
    const world = hashMap(4);
    const add = (form: number, write: (delta: DataView) => void): number => {
      const delta = new Uint8Array(8);
      write(new DataView(delta.buffer));
      return world.call(STRUCTURE.hashMap, HASH_MAP.add, (call) => call.u32(form).pairs([[utf8('n'), delta]]));
    };
    expect(add(NUMBER_FORM.integer, (delta) => delta.setBigInt64(0, 5n, true))).toBe(0);
    expect(add(NUMBER_FORM.integer, (delta) => delta.setBigInt64(0, -7n, true))).toBe(0);
    expect(toHex(world.last?.answer ?? new Uint8Array(0))).toBe('01000000feffffffffffffff');
    world.answer(STRUCTURE.hashMap, HASH_MAP.insert, (call) => call.pairs([[utf8('n'), utf8('text')]]));
    expect(add(NUMBER_FORM.float, (delta) => delta.setFloat64(0, 1, true))).toBe(-22);
    const [value] = values(world.answer(STRUCTURE.hashMap, HASH_MAP.get, (call) => call.list([utf8('n')])));
    expect(fromUtf8(value ?? new Uint8Array(0))).toBe('text');
  });

  test('keys and values over their strides are refused and nothing is written', () => {
    const world = hashMap(4);
    const before = world.snapshot();
    const long = new Uint8Array(9);
    const insert = (key: Uint8Array, value: Uint8Array): number =>
      world.call(STRUCTURE.hashMap, HASH_MAP.insert, (call) =>
        call.pairs([
          [utf8('x'), utf8('y')],
          [key, value],
        ]),
      );
    expect([insert(utf8('k'), long), insert(utf8('abcde'), utf8(''))]).toEqual([-4, -4]);
    expect(world.snapshot()).toEqual(before);
  });
});
