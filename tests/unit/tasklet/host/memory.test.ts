import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { equalBytes, fromUtf8, utf8 } from '../../../../src/core/index.ts';
import { ALLOWED_IMPORTS } from '../../../../src/tasklet/profile.ts';
import { STATUS } from '../../../../src/tasklet/index.ts';
import { present } from '../../../support/index.ts';
import { FUEL, Imports, runFake } from './bench.ts';
import { FakeRegion } from './fake-region.ts';

const REGION_BYTES = 4_096;
const MEMORY_BYTES = 65_536;
const OUT = 1_024;
const FBMU = present(ALLOWED_IMPORTS.get('fabricbios_fbmu_v0'));

let region: FakeRegion;
let imports: Imports;

beforeEach(() => {
  region = new FakeRegion(REGION_BYTES);
  imports = new Imports({ regions: [region] });
});

const out32 = (): number => new DataView(imports.memory.buffer).getUint32(OUT, true);
const out64 = (): bigint => new DataView(imports.memory.buffer).getBigUint64(OUT, true);

/** Calls that are right in everything, with what each costs. */
const GOOD: Readonly<Record<string, readonly [(number | bigint)[], number]>> = {
  hello: [[0], 0],
  size: [[0], 0],
  read: [[0, 8n, 16, 100], 2],
  write: [[0, 8n, 16, 64], 1],
  fill: [[0, 8n, 129, 7], 3],
  readv: [[0, 0, 0], 0],
  writev: [[0, 0, 2], 1],
  wait32: [[0, 8n, 0, 10], 0],
  notify: [[0, 8n, 1], 0],
  structure: [[0, 0, 16, 256, 64], 2],
  lease_query: [[0, OUT], 1],
  lease_renew: [[0, 500], 0],
  lease_free: [[0], 0],
  load32: [[0, 8n, OUT], 1],
  load64: [[0, 8n, OUT], 1],
  compare_exchange32: [[0, 8n, 0, 1, OUT], 1],
  compare_exchange64: [[0, 8n, 0n, 1n, OUT], 1],
  ...Object.fromEntries(
    ['store', 'add', 'sub', 'and', 'or', 'xor', 'exchange'].flatMap(
      (name): [string, [(number | bigint)[], number]][] => [
        [`${name}32`, [[0, 8n, 5, OUT], 1]],
        [`${name}64`, [[0, 8n, 5n, OUT], 1]],
      ],
    ),
  ),
};

test('these are all the functions of the module, with the operands of the profile', () => {
  expect(Object.keys(GOOD).toSorted()).toEqual([...FBMU.keys()].toSorted());
  for (const [name, { params }] of FBMU) {
    const types = params.map((type) => (type === 0x7e ? 'bigint' : 'number'));
    expect(present(GOOD[name])[0].map((value) => typeof value)).toEqual(types);
  }
});

describe.each(Object.entries(GOOD))('%s', (name, [args, cost]) => {
  test('costs what it may move', () => {
    imports.call(name, ...args);
    expect(imports.spent).toBe(cost);
  });

  test.each([1, -1, 2 ** 31 - 1])('refuses lease %i, which was not handed over, and charges nothing', (lease) => {
    expect(Number(imports.call(name, lease, ...args.slice(1)))).toBe(STATUS.invalidArgument);
    expect(imports.spent).toBe(0);
    expect(region.asked).toEqual([]);
  });

  test.each([STATUS.disconnected, STATUS.leaseExpired, STATUS.fenced, STATUS.revoked])(
    'answers %i when the lease has ended so, at the same cost, and leaves memory alone',
    (status) => {
      region.ended = status;
      const before = imports.peek(0, MEMORY_BYTES);
      const answer = Number(imports.call(name, ...args));
      expect(answer).toBe(name === 'size' ? REGION_BYTES : status);
      expect(imports.spent).toBe(cost);
      expect(equalBytes(imports.peek(0, MEMORY_BYTES), before)).toBe(true);
    },
  );

  test('asks nothing of the region without the fuel for it', () => {
    if (cost === 0) return;
    imports.fuel.value = BigInt(cost - 1);
    expect(() => imports.call(name, ...args)).toThrow('out of fuel');
    expect(region.asked).toEqual([]);
  });

  test('answers a number for any operands, and throws at most for fuel', () => {
    const operands = args.map((arg) =>
      typeof arg === 'bigint' ? fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n) : fc.integer(),
    );
    const lease = fc.integer({ min: 0, max: 1 });
    fc.assert(
      fc.property(lease, fc.tuple(...operands), (index, [, ...rest]) => {
        const any = new Imports({ regions: [new FakeRegion(64)], fuelLimit: 1_000_000_000 });
        expect(Number(any.call(name, index, ...rest))).toBeTypeOf('number');
      }),
      { numRuns: 50 },
    );
  });
});

describe('a range outside the lease', () => {
  test.each([
    ['read', [0, BigInt(REGION_BYTES), 0, 1]],
    ['read', [0, BigInt(REGION_BYTES - 3), 0, 4]],
    ['read', [0, -1n, 0, 1]],
    ['read', [0, 2n ** 63n - 1n, 0, 1]],
    ['write', [0, BigInt(REGION_BYTES - 3), 0, 4]],
    ['fill', [0, 1n, REGION_BYTES, 0]],
    ['fill', [0, 0n, -1, 0]],
    ['load32', [0, BigInt(REGION_BYTES), OUT]],
    ['add64', [0, BigInt(REGION_BYTES - 4), 1n, OUT]],
    ['notify', [0, BigInt(REGION_BYTES), 1]],
    ['wait32', [0, BigInt(REGION_BYTES), 0, 0]],
  ] as const)('%s is refused and moves nothing (%#)', (name, args) => {
    expect(imports.call(name, ...args)).toBe(STATUS.invalidArgument);
    expect([imports.spent, region.asked]).toEqual([0, []]);
  });

  test('the last bytes are inside, and so is nothing at its end', () => {
    expect(imports.call('read', 0, BigInt(REGION_BYTES - 4), 0, 4)).toBe(0);
    expect(imports.call('read', 0, BigInt(REGION_BYTES), 0, 0)).toBe(0);
  });
});

describe('a word that is not aligned', () => {
  test.each(Object.keys(GOOD).filter((name) => /32|64|notify/.test(name)))('%s refuses it', (name) => {
    const [args] = present(GOOD[name]);
    const misplaced = name.endsWith('64') ? 12n : 10n;
    expect(imports.call(name, 0, misplaced, ...args.slice(2))).toBe(STATUS.invalidArgument);
    expect([imports.spent, region.asked]).toEqual([0, []]);
  });
});

describe('a range outside memory', () => {
  test.each([
    ['read', [0, 0n, MEMORY_BYTES - 1, 2]],
    ['write', [0, 0n, -1, 2]],
    ['readv', [0, MEMORY_BYTES - 15, 1]],
    ['add32', [0, 0n, 1, MEMORY_BYTES - 3]],
    ['load64', [0, 0n, MEMORY_BYTES - 7]],
    ['structure', [0, MEMORY_BYTES, 1, 0, 0]],
    ['structure', [0, 0, 1, MEMORY_BYTES, 1]],
    ['lease_query', [0, MEMORY_BYTES - 31]],
  ] as const)('%s is refused and moves nothing (%#)', (name, args) => {
    expect(imports.call(name, ...args)).toBe(STATUS.invalidArgument);
    expect([imports.spent, region.asked]).toEqual([0, []]);
  });
});

describe('what arrives', () => {
  test('bytes written are read back', () => {
    imports.poke(0, utf8('lent bytes'));
    expect(imports.call('write', 0, 100n, 0, 10)).toBe(0);
    expect(imports.call('read', 0, 105n, OUT, 5)).toBe(0);
    expect(fromUtf8(imports.peek(OUT, 5))).toBe('bytes');
  });

  test('a list moves each of its ranges, or none when one is wrong', () => {
    const list = (entries: readonly (readonly [number, number, number])[]): void => {
      const view = new DataView(imports.memory.buffer);
      entries.forEach(([offset, ptr, len], index) => {
        view.setBigUint64(index * 16, BigInt(offset), true);
        view.setUint32(index * 16 + 8, ptr, true);
        view.setUint32(index * 16 + 12, len, true);
      });
    };
    imports.poke(512, utf8('abcdef'));
    list([
      [10, 512, 3],
      [20, 515, 3],
    ]);
    expect(imports.call('writev', 0, 0, 2)).toBe(0);
    expect(fromUtf8(region.data.slice(10, 13))).toBe('abc');
    expect(fromUtf8(region.data.slice(20, 23))).toBe('def');
    list([
      [20, OUT, 3],
      [10, OUT + 3, 3],
    ]);
    expect(imports.call('readv', 0, 0, 2)).toBe(0);
    expect(fromUtf8(imports.peek(OUT, 6))).toBe('defabc');
    list([
      [30, 512, 3],
      [REGION_BYTES, 512, 1],
    ]);
    expect(imports.call('writev', 0, 0, 2)).toBe(STATUS.invalidArgument);
    expect(region.data.slice(30, 33)).toEqual(new Uint8Array(3));
    expect(imports.call('writev', 0, 0, 1_025)).toBe(STATUS.invalidArgument);
  });

  test('atomics answer the word before, unsigned', () => {
    imports.call('store32', 0, 0n, -2, OUT);
    expect(imports.call('add32', 0, 0n, 3, OUT)).toBe(0);
    expect(out32()).toBe(0xffff_fffe);
    imports.call('load32', 0, 0n, OUT);
    expect(out32()).toBe(1);
    imports.call('store64', 0, 8n, -1n, OUT);
    expect(imports.call('compare_exchange64', 0, 8n, -1n, 9n, OUT)).toBe(0);
    expect(out64()).toBe(2n ** 64n - 1n);
    imports.call('exchange64', 0, 8n, 4n, OUT);
    expect(out64()).toBe(9n);
  });

  test('waits and notifies hand their numbers on, unsigned', () => {
    expect(imports.call('wait32', 0, 8n, -1, -1)).toBe(2);
    expect(imports.call('notify', 0, 8n, -1)).toBe(7);
    expect(region.asked).toEqual(['wait 8 4294967295 4294967295', 'notify 8 4294967295']);
  });

  test('a structure answers its length, or that there is no room for it', () => {
    imports.poke(0, utf8('call'));
    expect(imports.call('structure', 0, 0, 4, OUT, 64)).toBe(4);
    expect(fromUtf8(imports.peek(OUT, 4))).toBe('llac');
    expect(imports.call('structure', 0, 0, 4, OUT, 3)).toBe(STATUS.capacityExceeded);
  });

  test('a query is these bytes', () => {
    expect(imports.call('lease_query', 0, OUT)).toBe(0);
    const view = new DataView(imports.memory.buffer, OUT);
    expect([view.getUint32(0, true), view.getUint32(4, true)]).toEqual([1, 0]);
    expect([8, 16, 24].map((at) => Number(view.getBigUint64(at, true)))).toEqual([REGION_BYTES, 3, 2_500]);
  });
});

test('a tasklet that pays for more than it has ends before anything is written', () => {
  const result = runFake(() => ({ run: (call) => Number(call('fill', 0, 0n, REGION_BYTES, 1)) }), {
    regions: [region],
    fuelLimit: FUEL / 100,
  });
  expect(result.error?.code).toBe('fuel_exhausted');
  expect(region.data.every((byte) => byte === 0)).toBe(true);
});
