import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { f64, FabricBuffer, FabricHashMap, FabricQueue, text, u32, u64 } from '../../../src/collections/index.ts';
import { codeOf, codeThrown, listOf, RegionWorld, type Whereabouts } from './world.ts';

const STRIDES = { keyBytesMax: 16, valueBytesMax: 24 };

describe.each<Whereabouts>(['here', 'far'])('collections, bytes %s', (where) => {
  test('a map holds values by key', async () => {
    const world = new RegionWorld(where);
    const region = world.region(4_000);
    const map = await FabricHashMap.create(region, text, text, STRIDES);
    expect([await map.insert('a', '1'), await map.insert('a', '2'), await map.insert('ü', 'ö')]).toEqual([
      true,
      false,
      true,
    ]);
    const again = await FabricHashMap.open(region, text, text);
    expect(await again.getMany(['ü', 'b', 'a'])).toEqual(['ö', undefined, '2']);
    expect([await again.has('a'), await again.has('b'), await again.size()]).toEqual([true, false, 2]);
    expect(new Map(await listOf(again))).toEqual(new Map([['a', '2'], ['ü', 'ö']])); // prettier-ignore
    expect([await again.remove('a'), await again.remove('a'), await map.size()]).toEqual([true, false, 1]);
    expect(await codeOf(map.insert('k', 'x'.repeat(25)))).toBe('capacity_exceeded');
    expect(await codeOf(FabricHashMap.open(region, u32, text))).toBe('invalid_argument');
  });

  test('a map of many keys', async () => {
    const world = new RegionWorld(where);
    const map = await FabricHashMap.create(world.region(2_000_000), text, u64, { keyBytesMax: 12, buckets: 20_000 });
    const entries = Array.from({ length: 12_000 }, (_, index): [string, bigint] => [`key ${index}`, BigInt(index)]);
    expect(await map.insertMany(entries)).toBe(12_000);
    expect(await map.getMany(entries.map(([key]) => key))).toEqual(entries.map(([, value]) => value));
    expect((await listOf(map.entries(1_000))).length).toBe(12_000);
    expect(await map.removeMany(entries.map(([key]) => key))).toBe(12_000);
    expect(await map.size()).toBe(0);
  });

  test('a full map says so, and adds what fits', async () => {
    const world = new RegionWorld(where);
    const map = await FabricHashMap.create(world.region(400), u32, f64, { buckets: 2 });
    expect(await map.addMany([[1, 0.5], [2, 1], [1, 0.25]])).toEqual([0.5, 1, 0.75]); // prettier-ignore
    expect(await codeOf(map.add(3, 1))).toBe('capacity_exceeded');
    expect(await codeOf(map.insert(3, 1))).toBe('capacity_exceeded');
    expect(await map.get(1)).toBe(0.75);
  });

  test('a queue is first in, first out, and waits both ways', async () => {
    const world = new RegionWorld(where);
    const region = world.region(256);
    const queue = await FabricQueue.create(region, text, { capacity: 2, elementBytesMax: 8 });
    const other = await FabricQueue.open(region, text, { elementBytesMax: 8 });
    expect([await queue.push('a'), await queue.push('b'), await queue.push('c'), queue.capacity]).toEqual([
      true,
      true,
      false,
      2,
    ]);
    const sent = queue.send('c', 'd');
    expect([await other.peek(), await other.pop(), await other.length()]).toEqual([['a'], 'a', 1]);
    expect(await world.until(other.receive())).toEqual(['b']);
    const rest: string[] = [];
    while (rest.length < 2) rest.push(...(await world.until(other.receive())));
    await world.until(sent);
    expect(rest).toEqual(['c', 'd']);
    const waiting = other.receive();
    await world.time.advance(30_000);
    await queue.push('late');
    expect(await world.until(waiting)).toEqual(['late']);
    const lost = codeOf(other.receive());
    world.end('expired');
    expect(await world.until(lost)).toBe('lease_expired');
  });

  test('a buffer is a range with words that many may change', async () => {
    const world = new RegionWorld(where);
    const region = world.region(64);
    const buffer = new FabricBuffer(region, 16, 32);
    const counter = buffer.atomicU64(8);
    await Promise.all([counter.add(5n), counter.add(6n)]);
    expect([await counter.load(), await region.u64.load(24), (await buffer.read()).length]).toEqual([11n, 11n, 32]);
    await buffer.fill(1, 0, 4);
    expect(await buffer.atomicU32(0).compareExchange(0x01010101, 9)).toBe(0x01010101);
    expect(await buffer.atomicU32(0).load()).toBe(9);
  });
});

describe('map, at once', () => {
  test.each([6, 8])('does what the calls do, on the same bytes, with %i buckets', async (buckets) => {
    const key = fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom('ä', 'a', 'b', 'c', '🙂'));
    const step = fc.oneof(
      fc.record({ kind: fc.constant('insert' as const), key, value: fc.string({ unit: 'grapheme', maxLength: 6 }) }),
      fc.record({ kind: fc.constantFrom('get' as const, 'has' as const, 'remove' as const), key }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const [here, far] = [new RegionWorld('here'), new RegionWorld('far')];
        const options = { ...STRIDES, buckets };
        const [{ sync }, map] = await Promise.all([
          FabricHashMap.create(here.region(500), text, text, options),
          FabricHashMap.create(far.region(500), text, text, options),
        ]);
        if (!sync) throw new Error('the bytes are shared');
        for (const each of steps) {
          if (each.kind === 'insert') {
            const at = codeThrown(() => sync.insert(each.key, each.value));
            const called = await codeOf(map.insert(each.key, each.value));
            expect(at === 'returned' ? 'succeeded' : at).toBe(called);
          } else {
            expect(sync[each.kind](each.key)).toEqual(await map[each.kind](each.key));
          }
          expect(sync.size).toBe(await map.size());
        }
        expect([...here.local.bytes]).toEqual([...far.local.bytes]);
      }),
    );
  });

  test('finds its way in a map that was laid out anew under it', async () => {
    const region = new RegionWorld('here').region(2_000);
    const { sync } = await FabricHashMap.create(region, text, text, { ...STRIDES, buckets: 8 });
    sync?.insert('a', '1');
    const other = await FabricHashMap.create(region, text, text, { keyBytesMax: 20, valueBytesMax: 6, buckets: 5 });
    await other.insertMany([['a', 'one'], ['b', 'two'], ['c', 'three']]); // prettier-ignore
    expect(['a', 'b', 'c', 'd'].map((key) => sync?.get(key))).toEqual(['one', 'two', 'three', undefined]);
    expect(codeThrown(() => sync?.insert('d', 'a value of theirs'))).toBe('capacity_exceeded');
    expect(sync?.insert('d', 'four')).toBe(true);
    expect([await other.get('d'), await other.size()]).toEqual(['four', 4]);
  });

  test('fails as the calls do', async () => {
    const world = new RegionWorld('here');
    const { sync } = await FabricHashMap.create(world.region(400), text, text, { ...STRIDES, buckets: 1 });
    sync?.insert('a', '1');
    expect(codeThrown(() => sync?.insert('b', '1'))).toBe('capacity_exceeded');
    expect(codeThrown(() => sync?.insert('a'.repeat(17), '1'))).toBe('capacity_exceeded');
    expect(sync?.get('a'.repeat(17))).toBeUndefined();
    world.local.u32[2] = 0xffff;
    expect(codeThrown(() => sync?.get('a'))).toBe('invalid_argument');
    world.end('revoked');
    expect(codeThrown(() => sync?.get('a'))).toBe('revoked');
  });
});
