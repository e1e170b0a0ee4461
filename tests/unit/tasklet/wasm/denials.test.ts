import { describe, expect, it } from 'vitest';
import { SECTION, VALUE_TYPE, WASM_LIMITS, type WasmDenial } from '../../../../src/tasklet/wasm/index.ts';
import { codeOf, HEADER, moduleOf, name, u32, type SectionBytes } from './binary.ts';
import { denialOf } from './verdict.ts';

const { i32, funcref } = VALUE_TYPE;
const NOTHING_TYPE = [SECTION.type, [1, 0x60, 0, 0]] as const;
const ONE_FUNCTION = [SECTION.function, [1, 0]] as const;
const MEMORY = [SECTION.memory, [1, 0, 1]] as const;

function denial(...sections: readonly SectionBytes[]): WasmDenial | undefined {
  return denialOf(moduleOf(...sections));
}

describe('a denial says what and where', () => {
  it('before any section', () => {
    expect(denialOf(Uint8Array.of(0, 0x61))).toEqual({
      code: 'malformed',
      message: 'unexpected end',
      offset: 2,
      section: 'header',
    });
  });

  it('in a section', () => {
    expect(denial([SECTION.type, [1, 0x5f, 0]])).toEqual({
      code: 'feature_refused',
      message: 'garbage collection is not in the tasklet profile (a type that is not a function)',
      offset: 11,
      section: 'type',
      name: 'garbage collection',
    });
  });

  it('of an export, with its name made fit to show', () => {
    const entry = [...name('\u001b[31mx'), 2, 0];
    expect(denial(MEMORY, [SECTION.export, [2, ...entry, ...entry]])).toMatchObject({
      code: 'invalid',
      section: 'export',
      name: '\ufffd[31mx',
    });
  });

  it('in a body, with the function and the instruction', () => {
    const found = denial(NOTHING_TYPE, ONE_FUNCTION, [SECTION.code, codeOf(0x01, 0x41, 0, 0x0b)]);
    expect(found).toMatchObject({ code: 'invalid', section: 'code', name: 'function 0' });
    expect(found?.offset).toBe(HEADER.length + 6 + 4 + 2 + 3 + 3);
  });
});

describe('later proposals are refused by name', () => {
  it.each([
    ['threads', [SECTION.memory, [1, 3, 1, 2]]],
    ['memory64', [SECTION.memory, [1, 4, 1]]],
    ['memory64', [SECTION.table, [1, funcref, 4, 1]]],
    ['custom page sizes', [SECTION.memory, [1, 8, 1, 0]]],
    ['multi-memory', [SECTION.memory, [2, 0, 1, 0, 1]]],
    ['exception handling', [13, [1, 0, 0]]],
    ['exception handling', [SECTION.import, [1, 0, 0, 4, 0, 0]]],
    ['stringref', [14, [0]]],
    ['stack switching', [SECTION.type, [1, 0x5d, 0]]],
    ['garbage collection', [SECTION.type, [1, 0x60, 1, 0x6e, 0]]],
    ['typed function references', [SECTION.type, [1, 0x60, 1, 0x64, 0]]],
    ['typed function references', [SECTION.table, [1, 0x40, 0, funcref, 0, 1, 0xd0, 0x70, 0x0b]]],
    ['extended constant expressions', [SECTION.global, [1, i32, 0, 0x41, 1, 0x41, 1, 0x6a, 0x0b]]],
  ] as const)('%s', (feature, section) => {
    expect(denial(section)).toMatchObject({ code: 'feature_refused', name: feature });
  });
});

describe('the form of a module', () => {
  it.each([
    ['out of order', [MEMORY, NOTHING_TYPE]],
    ['twice', [NOTHING_TYPE, NOTHING_TYPE]],
    ['section size mismatch', [[SECTION.type, [0, 0]]]],
    ['inconsistent lengths', [NOTHING_TYPE, ONE_FUNCTION]],
    ['data count', [[SECTION.dataCount, [1]]]],
    ['do not fit', [[SECTION.type, [0x7f]]]],
  ] as const)('%s', (message, sections) => {
    const found = denial(...sections);
    expect(found?.message).toContain(message);
    expect(found?.code === 'malformed' || found?.code === 'invalid').toBe(true);
  });

  it('custom sections may stand anywhere', () => {
    const custom = [SECTION.custom, [...name('notes'), 1, 2, 3]] as const;
    expect(denial(custom, NOTHING_TYPE, custom, MEMORY, custom)).toBeUndefined();
  });
});

describe('bounds', () => {
  const limited = (section: SectionBytes): string | undefined => denial(section)?.code;

  it('on what engines bound', () => {
    expect(limited([SECTION.table, [1, funcref, 0, ...u32(WASM_LIMITS.tableElementsMax + 1)]])).toBe('limit_exceeded');
    expect(limited([SECTION.type, [1, 0x60, ...u32(1001), ...Array.from({ length: 1001 }, () => i32), 0]])).toBe(
      'limit_exceeded',
    );
    const locals = [1, ...u32(6), 1, ...u32(WASM_LIMITS.localsMax + 1), i32, 0x0b];
    expect(denial(NOTHING_TYPE, ONE_FUNCTION, [SECTION.code, locals])?.code).toBe('limit_exceeded');
  });

  it('on blocks within blocks', () => {
    const nested = (depth: number): WasmDenial | undefined =>
      denial(NOTHING_TYPE, ONE_FUNCTION, [
        SECTION.code,
        codeOf(
          ...Array.from({ length: depth }, () => [0x02, 0x40]).flat(),
          ...Array.from({ length: depth }, () => 0x0b),
          0x0b,
        ),
      ]);
    expect(nested(WASM_LIMITS.nestingMax)).toBeUndefined();
    expect(nested(WASM_LIMITS.nestingMax + 1)).toMatchObject({ code: 'limit_exceeded', section: 'code' });
  });

  it('on operands that a few bytes of code can ask for', () => {
    const many = Array.from({ length: 1000 }, () => i32);
    const types = [SECTION.type, [2, 0x60, 0, ...u32(1000), ...many, 0x60, 0, 0]] as const;
    const functions = [SECTION.function, [2, 0, 1]] as const;
    const trap = [2, 0, 0x00];
    const deep = [0, ...Array.from({ length: 2_000 }, () => [0x10, 0]).flat(), 0x00, 0x0b];
    const code = [2, 3, ...trap.slice(1), 0x0b, ...u32(deep.length), ...deep];
    expect(denial(types, functions, [SECTION.code, code])).toMatchObject({ code: 'limit_exceeded' });
  });

  it('on the steps of a whole module', () => {
    const many = Array.from({ length: 1000 }, () => i32);
    const types = [SECTION.type, [2, 0x60, ...u32(1000), ...many, 0, 0x60, 0, 0]] as const;
    const calls = [0x00, ...Array.from({ length: 200_000 }, () => [0x10, 0]).flat(), 0x0b];
    const callee = [2, 0, 0x0b];
    const body = [0, ...calls];
    const start = performance.now();
    const found = denial(
      types,
      [SECTION.function, [2, 0, 1]],
      [SECTION.code, [2, ...callee, ...u32(body.length), ...body]],
    );
    expect(found).toMatchObject({ code: 'limit_exceeded', name: 'function 1' });
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});
