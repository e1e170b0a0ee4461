import { describe, expect, test } from 'vitest';
import { bytes, f64, FabricVec, json, text, u64, VarFabricVec } from '../../../src/collections/index.ts';
import { codeOf, codeThrown, listOf, RegionWorld, type Whereabouts } from './world.ts';

const VEC_OF_4_F64 = 24 + 4 * 8;

describe.each<Whereabouts>(['here', 'far'])('vec, bytes %s', (where) => {
  test('numbers lie raw and aligned, and come back', async () => {
    const world = new RegionWorld(where);
    const vec = await FabricVec.create(world.region(VEC_OF_4_F64), f64);
    expect(await vec.pushMany([1.5, -0, NaN])).toBe(3);
    await vec.set(0, 2.5);
    expect(await listOf(vec)).toEqual([2.5, -0, NaN]);
    expect([world.local.f64[3], world.local.u32[4], world.local.u32[5]]).toEqual([2.5, 8, 1]);
    expect([await vec.length(), vec.capacity, await vec.get(3), await vec.pop()]).toEqual([3, 4, undefined, NaN]);
    expect(await codeOf(vec.set(2, 1))).toBe('invalid_argument');
    expect(await codeOf(vec.set(-1, 1))).toBe('invalid_argument');
  });

  test('opens what another laid out, and nothing else', async () => {
    const world = new RegionWorld(where);
    const region = world.region(256);
    const vec = await FabricVec.create(region, text, { elementBytesMax: 12, base: 8 });
    await vec.push('Grüße');
    const again = await FabricVec.open(region, text, { elementBytesMax: 12, base: 8 });
    expect([await again.get(0), await again.length()]).toEqual(['Grüße', 1]);
    expect(await codeOf(FabricVec.open(region, f64, { base: 8 }))).toBe('invalid_argument');
    expect(await codeOf(FabricVec.open(region, text, { elementBytesMax: 12 }))).toBe('invalid_argument');
    expect(await codeOf(vec.push('much too long'))).toBe('capacity_exceeded');
    expect(await codeOf(FabricVec.create(region, text))).toBe('invalid_argument');
  });

  test('the form of the original has a length before each element', async () => {
    const world = new RegionWorld(where);
    const vec = await FabricVec.create(world.region(48), u64, { form: 'slots' });
    await vec.push(7n);
    expect([...world.local.u32.slice(4, 9)]).toEqual([12, 0, 8, 7, 0]);
    expect(await vec.get(0)).toBe(7n);
  });

  test('grows by further leases and is one vec', async () => {
    const world = new RegionWorld(where);
    const spare = [world.region(VEC_OF_4_F64), world.region(VEC_OF_4_F64)];
    const vec = await FabricVec.create(world.region(VEC_OF_4_F64), f64, {
      more: () => Promise.resolve(spare.shift() ?? world.region(VEC_OF_4_F64)),
    });
    const numbers = Array.from({ length: 10 }, (_, index) => index);
    expect(await vec.pushMany(numbers)).toBe(10);
    expect([vec.regions.length, vec.capacity, await vec.length()]).toEqual([3, 12, 10]);
    await vec.setMany(3, [30, 40]);
    const again = await FabricVec.open(vec.regions, f64);
    expect(await again.getMany(2, 5)).toEqual([2, 30, 40, 5, 6]);
    expect(await listOf(again.values(7, 8))).toEqual([7, 8, 9]);
    expect([await again.pop(), await again.pop(), await again.pop(), await again.length()]).toEqual([9, 8, 7, 7]);
    await again.resize(9);
    expect(await again.getMany(6, 9)).toEqual([6, 0, 0]);
    await again.resize(2);
    expect(await again.push(5)).toBe(3);
  });

  test('what there is no room for is said', async () => {
    const world = new RegionWorld(where);
    const vec = await FabricVec.create(world.region(VEC_OF_4_F64), f64);
    expect(await codeOf(vec.pushMany([1, 2, 3, 4, 5]))).toBe('capacity_exceeded');
    expect(await vec.length()).toBe(4);
  });

  test('many elements take several calls', async () => {
    const world = new RegionWorld(where);
    const vec = await FabricVec.create(world.region(400_000), f64);
    const numbers = Array.from({ length: 40_000 }, (_, index) => index / 3);
    await vec.pushMany(numbers);
    expect(await listOf(vec)).toEqual(numbers);
  });

  test('elements of any size', async () => {
    const world = new RegionWorld(where);
    const region = world.region(200_000);
    const vec = await VarFabricVec.create(region, bytes, { capacity: 8 });
    const long = new Uint8Array(60_000).fill(7);
    await vec.pushMany([long, new Uint8Array(0), long]);
    await vec.set(1, Uint8Array.of(1, 2));
    const again = await VarFabricVec.open(region, bytes);
    expect((await listOf(again.values(0, 1))).map(({ length }) => length)).toEqual([60_000, 2, 60_000]);
    expect((await again.pop())?.length).toBe(60_000);
    expect(await codeOf(vec.push(new Uint8Array(70_000)))).toBe('invalid_argument');
  });

  test('values that are not what the codec reads are said to be so', async () => {
    const world = new RegionWorld(where);
    const region = world.region(256);
    const written = await VarFabricVec.create(region, text);
    await written.push('{');
    const read = await VarFabricVec.open(region, json(String));
    expect(await codeOf(read.get(0))).toBe('invalid_argument');
  });

  test('after the end of the lease nothing is done', async () => {
    const world = new RegionWorld(where);
    const vec = await FabricVec.create(world.region(256), f64);
    world.end('revoked');
    expect(await codeOf(vec.push(1))).toBe('revoked');
  });
});

describe('vec, at once', () => {
  test('is there only where the bytes are shared', async () => {
    expect((await FabricVec.create(new RegionWorld('far').region(64), f64)).sync).toBeUndefined();
  });

  test.each(['raw', 'slots'] as const)('numbers, %s', async (form) => {
    const world = new RegionWorld('here');
    const vec = await FabricVec.create(world.region(64), f64, { form, capacity: 3 });
    const { sync } = vec;
    if (!sync) throw new Error('the bytes are shared');
    expect([sync.push(1), sync.push(2), sync.push(3), sync.push(4), sync.length()]).toEqual([
      true,
      true,
      true,
      false,
      3,
    ]);
    sync.set(1, 20);
    expect([sync.get(1), sync.get(3), sync.get(-1), sync.get(0.5), await vec.get(1)]).toEqual([
      20,
      undefined,
      undefined,
      undefined,
      20,
    ]);
    for (const index of [3, -1, 0.5, NaN, 2 ** 32])
      expect(codeThrown(() => sync.set(index, 1))).toBe('invalid_argument');
    expect([sync.pop(), sync.length()]).toEqual([3, 2]);
    world.end('expired');
    expect([codeThrown(() => sync.get(0)), codeThrown(() => sync.set(0, 1)), codeThrown(() => sync.push(1))]).toEqual([
      'lease_expired',
      'lease_expired',
      'lease_expired',
    ]);
  });

  test('no index leads to another number, nor past what another holder left, nor past the end of the lease', async () => {
    const world = new RegionWorld('here');
    const region = world.region(256);
    const vec = await FabricVec.create(region, f64, { capacity: 8 });
    const { sync } = vec;
    if (!sync) throw new Error('the bytes are shared');
    await vec.pushMany([0.5, 1.5, 2.5, 3.5]);
    const strange = [29, 30, 31, 32, 33, 53].flatMap((power) => [2 ** power, 2 ** power + 1, -(2 ** power) + 1]);
    strange.push(4, 7, 8, -1, 1.25, -0.5, NaN, Infinity, -Infinity);
    const refused = (): void => {
      for (const index of strange) {
        expect([index, sync.get(index)]).toEqual([index, undefined]);
        expect([index, codeThrown(() => sync.set(index, 9))]).toEqual([index, 'invalid_argument']);
      }
    };
    refused();
    const other = await FabricVec.open(region, f64);
    await other.resize(2);
    expect([sync.get(1), sync.get(2), codeThrown(() => sync.set(2, 9))]).toEqual([1.5, undefined, 'invalid_argument']);
    await other.pushMany([20.5]);
    sync.set(2, (sync.get(2) ?? 0) + 1);
    expect([sync.get(2), await other.get(2), world.local.f64[6]]).toEqual([21.5, 21.5, 3.5]);
    refused();
    world.end('revoked');
    for (const index of [0, 1, 2, ...strange]) {
      expect([index, codeThrown(() => sync.get(index))]).toEqual([index, 'revoked']);
      expect([index, codeThrown(() => sync.set(index, 9))]).toEqual([index, 'revoked']);
    }
    expect([...world.local.f64.slice(3, 8)]).toEqual([0.5, 1.5, 21.5, 3.5, 0]);
  });

  test('a header that was written over does not lead out of the vec', async () => {
    const world = new RegionWorld('here');
    const { sync } = await FabricVec.create(world.region(256), f64, { capacity: 2 });
    world.local.u32[0] = 0xffff_ffff;
    world.local.f64.fill(9, 5);
    expect(sync?.get(2)).toBeUndefined();
    expect(codeThrown(() => sync?.push(1))).toBe('invalid_argument');
  });
});
