import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FabricError, type Bytes } from '../../../src/core/index.ts';
import { CALL_BYTES_MAX, type Region } from '../../../src/memory/index.ts';
import { patternBytes } from '../../support/index.ts';

/** A region of a fresh lease, with what the test around it may do. */
export interface RegionWorld {
  readonly region: Region;
  /** The same bytes, as somebody else who may use them has them. */
  readonly other: Region;
  /** What a promise of the region comes to, with as much time as it takes. */
  until<T>(promise: Promise<T>): Promise<T>;
  /** Lets time pass. */
  pass(durationMs: number): Promise<void>;
  /** Ends the lease. */
  end(how: 'expired' | 'revoked' | 'freed'): Promise<void>;
  close?(): void;
}

export const REGION_BYTES = 1_048_576 + 12;

/** What a `Region` promises, wherever its bytes are. `setup` makes one of `REGION_BYTES` bytes, all zero. */
export function runRegionTests(name: string, setup: () => Promise<RegionWorld>): void {
  describe(`${name}: a region`, () => {
    let world: RegionWorld;
    let region: Region;
    let other: Region;

    beforeEach(async () => {
      world = await setup();
      ({ region, other } = world);
    });
    afterEach(() => world.close?.());

    const done = <T>(promise: Promise<T>): Promise<T> => world.until(promise);
    const outcomeOf = (promise: Promise<unknown>): Promise<string> =>
      promise.then(
        () => 'succeeded',
        (error: unknown) => (error instanceof FabricError ? error.code : String(error)),
      );
    const codeOf = (promise: Promise<unknown>): Promise<string> => world.until(outcomeOf(promise));

    test('is as long as its lease, and zero at first', async () => {
      expect(region.sizeBytes).toBe(REGION_BYTES);
      expect((await done(region.read(0, REGION_BYTES))).every((byte) => byte === 0)).toBe(true);
    });

    test('holds what was written, short and long, for everyone who has it', async () => {
      const long = patternBytes(300_001);
      await done(region.write(7, new Uint8Array([1, 2, 3])));
      await done(region.write(1_000, long));
      expect([...(await done(other.read(6, 5)))]).toEqual([0, 1, 2, 3, 0]);
      expect(same(await done(other.read(1_000, long.length)), long)).toBe(true);
      expect(same(await done(region.read(REGION_BYTES - 1, 1)), new Uint8Array(1))).toBe(true);
      await done(region.write(REGION_BYTES, new Uint8Array(0)));
      expect((await done(region.read(REGION_BYTES, 0))).length).toBe(0);
    });

    test('reads and writes many ranges at once', async () => {
      await done(
        region.writev([
          { offset: 0, bytes: new Uint8Array([1]) },
          { offset: 9, bytes: new Uint8Array([2, 3]) },
        ]),
      );
      const parts = await done(
        region.readv([
          { offset: 9, length: 2 },
          { offset: 0, length: 1 },
          { offset: 4, length: 0 },
        ]),
      );
      expect(parts.map((part) => [...part])).toEqual([[2, 3], [1], []]);
    });

    test('fills ranges, long ones too', async () => {
      await done(region.fill(1, REGION_BYTES - 2, 0xab));
      const bytes = await done(region.read(0, REGION_BYTES));
      expect([bytes[0], bytes[1], bytes[REGION_BYTES - 2], bytes[REGION_BYTES - 1]]).toEqual([0, 0xab, 0xab, 0]);
      expect(bytes.subarray(1, -1).every((byte) => byte === 0xab)).toBe(true);
    });

    test('does every atomic of 32 bits, and answers the value before', async () => {
      const { u32 } = region;
      const answers = [
        u32.store(4, 0xffff_fff0),
        u32.add(4, 0x20),
        u32.sub(4, 1),
        u32.or(4, 0xf0),
        u32.and(4, 0xfc),
        u32.xor(4, 0xff),
        u32.exchange(4, 5),
        u32.compareExchange(4, 6, 7),
        u32.compareExchange(4, 5, 7),
        u32.load(4),
      ];
      expect(await done(Promise.all(answers))).toEqual([0, 0xffff_fff0, 0x10, 0x0f, 0xff, 0xfc, 3, 5, 5, 7]);
    });

    test('does every atomic of 64 bits, and answers the value before', async () => {
      const { u64 } = region;
      const all = 0xffff_ffff_ffff_ffffn;
      const answers = [
        u64.store(8, all),
        u64.add(8, 2n),
        u64.sub(8, 2n),
        u64.and(8, 0xff00n),
        u64.or(8, 0xffn),
        u64.xor(8, 1n << 63n),
        u64.exchange(8, 9n),
        u64.compareExchange(8, 8n, 1n),
        u64.compareExchange(8, 9n, 1n),
        u64.load(8),
      ];
      const before = [0n, all, 1n, all, 0xff00n, 0xffffn, (1n << 63n) + 0xffffn, 9n, 9n, 1n];
      expect(await done(Promise.all(answers))).toEqual(before);
    });

    test('does the operations of one caller in their order', async () => {
      const seen: Promise<unknown>[] = [];
      const long = patternBytes(200_000);
      seen.push(region.write(0, long), region.fill(0, 16, 1), region.u32.add(0, 1), region.read(0, 8));
      seen.push(region.write(0, new Uint8Array([9])), region.read(0, 2));
      const results = await done(Promise.all(seen));
      expect([...(results[3] as Bytes)]).toEqual([2, 1, 1, 1, 1, 1, 1, 1]);
      expect([...(results[5] as Bytes)]).toEqual([9, 1]);
    });

    test('loses no addition of two who add at the same time', async () => {
      const adds = Array.from({ length: 400 }, (_, index) => (index % 2 === 0 ? region : other).u32.add(16, 1));
      const before = await done(Promise.all(adds));
      expect(new Set(before).size).toBe(400);
      expect(await done(other.u32.load(16))).toBe(400);
    });

    test.each([
      ['a read past the end', (to: Region) => to.read(REGION_BYTES - 1, 2)],
      ['a read from a negative offset', (to: Region) => to.read(-1, 1)],
      ['a read from half an offset', (to: Region) => to.read(0.5, 1)],
      ['a read that wraps around', (to: Region) => to.read(Number.MAX_SAFE_INTEGER, 2)],
      ['a read of no length', (to: Region) => to.read(0, NaN)],
      ['a write past the end', (to: Region) => to.write(REGION_BYTES - 70_000, new Uint8Array(70_001).fill(1))],
      ['a fill past the end', (to: Region) => to.fill(1, REGION_BYTES, 1)],
      ['an atomic past the end', (to: Region) => to.u64.add(REGION_BYTES - 4, 1n)],
      ['an atomic that is not aligned', (to: Region) => to.u32.add(2, 1)],
      ['an atomic of 64 bits aligned to 32', (to: Region) => to.u64.add(4, 1n)],
      ['a notify that is not aligned', (to: Region) => to.notify(1)],
      ['a wait past the end', (to: Region) => to.wait(REGION_BYTES, 0, 10)],
    ])('refuses %s, and changes nothing', async (_name, act) => {
      expect(await codeOf(act(region))).toBe('invalid_argument');
      expect((await done(other.read(0, REGION_BYTES))).every((byte) => byte === 0)).toBe(true);
    });

    test('refuses the call of a structure that there is not', async () => {
      expect(await codeOf(region.call(new Uint8Array(16).fill(0xff)))).not.toBe('succeeded');
      expect(await codeOf(region.call(new Uint8Array(3)))).toBe('invalid_argument');
      expect(await codeOf(region.call(new Uint8Array(CALL_BYTES_MAX + 1)))).not.toBe('succeeded');
    });

    test('wakes who waits, and says how many waited', async () => {
      const waiting = [region.wait(64, 0, 5_000), other.wait(64, 0, 5_000)];
      await world.pass(50);
      expect(await done(other.notify(64))).toBe(2);
      expect(await done(Promise.all(waiting))).toEqual(['woken', 'woken']);
      expect(await done(other.notify(64))).toBe(0);
    });

    test('ends a wait that is for something else, or that took too long', async () => {
      await done(region.u32.store(64, 0xffff_ffff));
      expect(await done(region.wait(64, 1, 5_000))).toBe('not_equal');
      expect(await done(region.wait(64, 0xffff_ffff, 300))).toBe('timed_out');
    });

    test('shows a watcher each change that somebody gives notice of, and no other', async () => {
      const changes = region.watch({ offset: 32, length: 4 })[Symbol.asyncIterator]();
      await world.pass(50);
      await done(other.write(32, new Uint8Array([1])));
      await done(other.notify(0));
      expect([...((await done(changes.next())).value as Bytes)]).toEqual([1, 0, 0, 0]);
      const next = changes.next();
      await done(other.write(40, new Uint8Array([1])));
      await done(other.notify(0));
      await world.pass(50);
      await done(other.write(33, new Uint8Array([2])));
      await done(other.notify(0));
      expect([...((await done(next)).value as Bytes)]).toEqual([1, 2, 0, 0]);
    });

    test.each([
      ['expired', 'lease_expired'],
      ['revoked', 'revoked'],
      ['freed', 'lease_expired'],
    ] as const)('after its lease %s, everything rejects with %s, and waits end so', async (how, code) => {
      await done(region.write(0, new Uint8Array([1])));
      const waiting = outcomeOf(region.wait(64, 0, 600_000));
      const watching = outcomeOf(region.watch({ offset: 0, length: 8 })[Symbol.asyncIterator]().next());
      await world.pass(50);
      await world.end(how);
      expect(await done(waiting)).toBe(code);
      expect(await done(watching)).toBe(code);
      const acts = [
        region.read(0, 1),
        region.write(0, new Uint8Array([9])),
        region.fill(0, 1, 9),
        region.u32.load(0),
        region.u64.add(0, 1n),
        region.notify(0),
        region.call(new Uint8Array(16)),
        region.wait(0, 0, 10),
      ];
      expect(new Set(await done(Promise.all(acts.map(outcomeOf))))).toEqual(new Set([code]));
    });

    test('takes a burst of a hundred thousand in order and drops none', async () => {
      const burst: Promise<number>[] = [];
      for (let round = 0; round < 4; round++) {
        for (let index = 0; index < 25_000; index++) burst.push(region.u32.add(0, 1));
        await done(Promise.all(burst.slice(-25_000)));
      }
      expect(await done(Promise.all(burst))).toEqual(Array.from({ length: 100_000 }, (_, index) => index));
    });
  });
}

function same(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
