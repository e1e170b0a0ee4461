import { describe, expect, it } from 'vitest';
import { FUEL_GLOBAL, meterModule } from '../../../../src/tasklet/meter/index.ts';
import { readModule, validateModule } from '../../../../src/tasklet/wasm/index.ts';
import { name } from '../wasm/binary.ts';
import { I, moduleOfFunctions, withCustomSection } from './metered.ts';

const PLAIN = moduleOfFunctions([{ code: [I.get, 0] }]);

function layoutOf(bytes: Uint8Array) {
  const read = readModule(bytes);
  if (!read.ok) throw new Error(read.error.message);
  expect(validateModule(read.value).ok).toBe(true);
  return read.value;
}

function meteredBytes(bytes: Uint8Array, options = {}): Uint8Array {
  const result = meterModule(bytes, options);
  if (!result.ok) throw new Error(result.error.message);
  return result.value.bytes;
}

describe('a metered module', () => {
  it('is valid, keeps its exports and gains the counter', () => {
    expect(layoutOf(meteredBytes(PLAIN)).exports.map(({ name: title }) => title)).toEqual(['run', FUEL_GLOBAL]);
  });

  it('is the same each time', () => {
    expect(meteredBytes(PLAIN)).toEqual(meteredBytes(PLAIN));
  });

  it('checks a loop at its start where arms meet at a bare jump back, else on the way', () => {
    const arms = [I.get, 0, I.if, I.empty, I.nop, I.else, I.get, 0, I.set, 0, I.end];
    const loop = (end: readonly number[]): number[] => [
      I.loop,
      I.empty,
      ...arms,
      ...end,
      I.br,
      0,
      I.end,
      I.unreachable,
    ];
    const test = [I.get, 1, 0x42, 0, 0x53, I.brIf];
    const isAfterStart = (code: readonly number[]): boolean => {
      const bytes = Buffer.from(meteredBytes(moduleOfFunctions([{ code }])));
      return bytes.includes(Buffer.from([I.loop, I.empty, ...test]));
    };
    expect(isAfterStart(loop([]))).toBe(true);
    expect(isAfterStart(loop([I.get, 0, I.set, 0]))).toBe(false);
  });

  it('starts with the fuel asked for', () => {
    const module = new WebAssembly.Module(new Uint8Array(meteredBytes(PLAIN, { fuel: 77n })));
    const counter = new WebAssembly.Instance(module).exports[FUEL_GLOBAL];
    expect(counter instanceof WebAssembly.Global && counter.value).toBe(77n);
  });

  it('has its memory clamped, never widened', () => {
    expect(layoutOf(meteredBytes(PLAIN, { memoryPagesMax: 9 })).memories).toEqual([{ min: 1, max: 9 }]);
    expect(layoutOf(meteredBytes(PLAIN)).memories).toEqual([{ min: 1 }]);
  });

  it('keeps its names and loses what points into moved code', () => {
    const named = withCustomSection(withCustomSection(PLAIN, 'name'), '.debug_line');
    const titles = layoutOf(meteredBytes(named)).sections.flatMap(({ name: title }) => title ?? []);
    expect(titles).toEqual(['name']);
  });
});

describe('a refusal', () => {
  it('of a memory that starts too large', () => {
    expect(meterModule(PLAIN, { memoryPagesMax: 0 })).toMatchObject({ ok: false, error: { code: 'limit_exceeded' } });
  });

  it('of the reserved name', () => {
    const taken = moduleOfFunctions([{ code: [I.get, 0] }, { code: [I.get, 0] }]);
    const renamed = Buffer.from(taken);
    expect(renamed.includes(Buffer.from(name('run')))).toBe(true);
    const layout = layoutOf(taken);
    const section = layout.sections.find(({ id }) => id === 7);
    if (section === undefined) throw new Error('no exports');
    const content = [1, ...name(FUEL_GLOBAL), 0, 0];
    const bytes = Uint8Array.from([
      ...taken.subarray(0, section.at),
      ...[7, content.length, ...content],
      ...taken.subarray(section.end),
    ]);
    expect(meterModule(bytes)).toMatchObject({ ok: false, error: { name: FUEL_GLOBAL, section: 'export' } });
  });

  it('of bytes that are no module', () => {
    expect(meterModule(Uint8Array.of(1, 2, 3))).toMatchObject({ ok: false, error: { code: 'malformed' } });
  });
});
