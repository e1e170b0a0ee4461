import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { concatBytes, fromHex, utf8, type Bytes } from '../../../../src/core/index.ts';
import { BYTES_PER_FUEL, STATUS } from '../../../../src/tasklet/index.ts';
import { HostStop } from '../../../../src/tasklet/host/index.ts';
import { idOf, patternBytes, present } from '../../../support/index.ts';
import { FUEL, Imports, LIMITS, SUBMITTED_WALL_MS } from './bench.ts';

describe('what moves is charged before it moves', () => {
  test.each([0, 1, 63, 64, 65, 128, 129, 4_096])('%i bytes cost one unit for each 64, rounded up', (length) => {
    const cost = Math.ceil(length / BYTES_PER_FUEL);
    const spending = (call: (imports: Imports) => unknown): number => {
      const imports = new Imports({ input: patternBytes(length), context: patternBytes(length) });
      call(imports);
      return imports.spent;
    };
    expect(spending((imports) => imports.call('output_write', 0, length))).toBe(cost);
    expect(spending((imports) => imports.call('response_write', 0, length))).toBe(cost);
    expect(spending((imports) => imports.call('log', 0, 0, length))).toBe(cost);
    expect(spending((imports) => imports.call('random_fill', 0, length))).toBe(cost);
    expect(spending((imports) => imports.call('input_read', 0, 65_536, 0))).toBe(cost);
    expect(spending((imports) => imports.call('context_read', 0, 65_536, 0))).toBe(cost);
  });

  test('a read costs what it copies, not what it asks for', () => {
    const imports = new Imports({ input: new Uint8Array(10) });
    imports.call('input_read', 0, 60_000, 0);
    imports.call('input_read', 0, 60_000, 10);
    expect(imports.spent).toBe(1);
  });

  test('the last unit can be spent; the one after it stops the tasklet before anything can be seen', () => {
    const imports = new Imports();
    imports.fuel.value = 1n;
    expect(imports.call('output_write', 0, 64)).toBe(STATUS.ok);
    expect(imports.fuel.value).toBe(0n);
    imports.poke(0, new Uint8Array(64).fill(9));
    for (const name of ['output_write', 'response_write']) {
      expect(() => imports.call(name, 0, 1)).toThrow(HostStop);
      imports.fuel.value = 0n;
    }
    expect(() => imports.call('log', 1, 0, 1)).toThrow(HostStop);
    expect(imports.host.record()).toEqual({ output: new Uint8Array(64), responseText: undefined, log: [] });
  });

  test('what would stop the tasklet does not write into its memory either', () => {
    const imports = new Imports({ input: new Uint8Array(64).fill(7) });
    imports.fuel.value = 0n;
    expect(() => imports.call('random_fill', 0, 32)).toThrow(HostStop);
    imports.fuel.value = 0n;
    expect(() => imports.call('input_read', 0, 64, 0)).toThrow(HostStop);
    expect(imports.peek(0, 64)).toEqual(new Uint8Array(64));
  });

  test('the clock, the fuel and progress are free', () => {
    const imports = new Imports();
    imports.call('clock_now');
    imports.call('fuel_remaining');
    imports.call('progress', 1, 2);
    expect(imports.spent).toBe(0);
  });
});

describe('the clock', () => {
  test('is the submission time plus a nanosecond a unit of fuel spent', () => {
    const imports = new Imports();
    const start = BigInt(SUBMITTED_WALL_MS) * 1_000_000n;
    expect(imports.call('clock_now')).toBe(start);
    imports.fuel.value -= 17n;
    expect(imports.call('clock_now')).toBe(start + 17n);
    expect(imports.call('fuel_remaining')).toBe(BigInt(FUEL - 17));
  });
});

describe('the random stream', () => {
  const reference = (runId: string, sizeBytes: number): Bytes => {
    const blocks: Uint8Array[] = [];
    for (let counter = 0; counter * 32 < sizeBytes; counter++) {
      const suffix = Buffer.alloc(8);
      suffix.writeBigUInt64LE(BigInt(counter));
      blocks.push(
        createHash('sha256')
          .update(present(fromHex(runId)))
          .update(suffix)
          .digest(),
      );
    }
    return concatBytes(...blocks).slice(0, sizeBytes);
  };

  test('is SHA-256 of run id and counter, whatever the sizes it is drawn in', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 100 }), { maxLength: 12 }), (sizes) => {
        const imports = new Imports();
        const drawn = sizes.map((size) => {
          imports.call('random_fill', 5, size);
          return imports.peek(5, size);
        });
        const joined = concatBytes(...drawn);
        expect(joined).toEqual(reference(idOf.run('a'), joined.length));
      }),
      { seed: 1 },
    );
  });

  test('differs from run to run, and is the same for replicas of one run', () => {
    const drawn = (id: string): Bytes => {
      const imports = new Imports({ runId: idOf.run(id) });
      imports.call('random_fill', 0, 32);
      return imports.peek(0, 32);
    };
    expect(drawn('b')).not.toEqual(drawn('c'));
    expect(drawn('b')).toEqual(drawn('b'));
  });
});

describe('progress', () => {
  test.each([
    [0, 1, STATUS.ok],
    [1, 1, STATUS.ok],
    [0, 0, STATUS.invalidArgument],
    [2, 1, STATUS.invalidArgument],
    // Unsigned: -1 is 4,294,967,295.
    [5, -1, STATUS.ok],
    [-1, 5, STATUS.invalidArgument],
  ])('%i of %i answers %i', (done, total, status) => {
    const imports = new Imports();
    expect(imports.call('progress', done, total)).toBe(status);
    expect(imports.progress).toEqual(status === STATUS.ok ? [[done >>> 0, total >>> 0]] : []);
  });
});

describe('the log', () => {
  test('heads each line with its level, and tells what is no text', () => {
    const imports = new Imports();
    imports.poke(0, utf8('hé'));
    for (const level of [0, 1, 2, 3]) expect(imports.call('log', level, 0, 3)).toBe(STATUS.ok);
    imports.poke(0, new Uint8Array([0xff]));
    imports.call('log', 3, 0, 1);
    expect(imports.host.record().log).toEqual([
      '[debug] hé',
      '[info] hé',
      '[warn] hé',
      '[error] hé',
      '[error] (a line that is not UTF-8)',
    ]);
  });

  test.each([4, -1, 99])('level %i does not exist', (level) => {
    expect(new Imports().call('log', level, 0, 1)).toBe(STATUS.invalidArgument);
  });

  test('drops what is over its lines or its bytes, and counts it', () => {
    const lines = new Imports({ fuelLimit: 1_000_000 });
    for (let line = 0; line < LIMITS.logLinesMax + 5; line++) expect(lines.call('log', 1, 0, 1)).toBe(STATUS.ok);
    expect(lines.host.record().log.length).toBe(LIMITS.logLinesMax + 1);
    expect(lines.host.record().log.at(-1)).toBe('[warn] 5 more lines were dropped');
    const long = new Imports({ fuelLimit: 1_000_000 });
    for (const length of [60_000, 6_000, 5_536, 1]) long.call('log', 1, 0, length);
    expect(long.host.record().log.length).toBe(3);
    expect(long.host.record().log.at(-1)).toBe('[warn] 2 more lines were dropped');
  });
});
