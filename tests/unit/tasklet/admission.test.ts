import { beforeAll, describe, expect, it } from 'vitest';
import { contentHash, TASKLET_LIMITS, type Bytes } from '../../../src/core/index.ts';
import { admit, inspectTasklet, type AdmissionDenialCode } from '../../../src/tasklet/admission.ts';
import { SECTION, VALUE_TYPE } from '../../../src/tasklet/wasm/index.ts';
import { buildSource } from '../../kernels/index.ts';
import { moduleOf, name, u32, type SectionBytes } from './wasm/binary.ts';

const MIB = 1024 * 1024;
const { i32, i64, funcref } = VALUE_TYPE;

/** The smallest tasklet there can be; parts of it replaced. */
interface Parts {
  readonly imports?: readonly number[];
  readonly extra?: readonly SectionBytes[];
  readonly memory?: readonly number[];
  readonly exports?: readonly (readonly [string, number, number])[];
  readonly start?: number;
  readonly runCode?: readonly number[];
}

const EXPORTS: readonly (readonly [string, number, number])[] = [
  ['memory', 2, 0],
  ['_grafos_tasklet_init', 0, 0],
  ['_grafos_tasklet_run', 0, 1],
  ['_grafos_tasklet_finalize', 0, 2],
];

/** Types 0 to 5: init, run, finalize, () -> (), () -> i64, three i32 -> i32. */
const TYPES = [
  [0x60, 2, i32, i32, 0],
  [0x60, 2, i32, i32, 1, i32],
  [0x60, 1, i32, 0],
  [0x60, 0, 0],
  [0x60, 0, 1, i64],
  [0x60, 3, i32, i32, i32, 1, i32],
];

function tasklet(parts: Parts = {}): Bytes {
  const exports = parts.exports ?? EXPORTS;
  const run = [0, ...(parts.runCode ?? []), 0x41, 0, 0x0b];
  const sections: readonly (SectionBytes | undefined)[] = [
    [SECTION.type, [TYPES.length, ...TYPES.flat()]],
    parts.imports === undefined ? undefined : [SECTION.import, parts.imports],
    [SECTION.function, [4, 0, 1, 2, 3]],
    ...(parts.extra ?? []),
    [SECTION.memory, [1, ...(parts.memory ?? [0, 1])]],
    [SECTION.export, [exports.length, ...exports.flatMap(([text, kind, index]) => [...name(text), kind, index])]],
    parts.start === undefined ? undefined : [SECTION.start, [parts.start]],
    [SECTION.code, [4, 2, 0, 0x0b, ...u32(run.length), ...run, 2, 0, 0x0b, 2, 0, 0x0b]],
  ];
  return moduleOf(...sections.filter((section) => section !== undefined));
}

function reasons(bytes: Bytes, memoryBytesMax = 32 * MIB): readonly (readonly [AdmissionDenialCode, string?])[] {
  const admitted = admit(bytes, { expectedHash: contentHash(bytes), memoryBytesMax });
  const inspection = inspectTasklet(bytes, { memoryBytesMax });
  expect(inspection.admissible).toBe(admitted.ok);
  if (admitted.ok) return [];
  expect(inspection.reasons).toEqual(admitted.error);
  return admitted.error.map(({ code, name: subject }) => (subject === undefined ? [code] : [code, subject]));
}

function imported(module: string, field: string, description: readonly number[]): readonly number[] {
  return [...name(module), ...name(field), ...description];
}

describe('admission', () => {
  it('admits the smallest tasklet and clamps its memory to what is lent', () => {
    const bytes = tasklet();
    const admitted = admit(bytes, { expectedHash: contentHash(bytes), memoryBytesMax: 3 * 65_536 + 1 });
    if (!admitted.ok) return expect.fail(JSON.stringify(admitted.error));
    expect(admitted.value).toMatchObject({ hash: contentHash(bytes), memoryPagesMin: 1, memoryPagesMax: 3 });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(admitted.value.metered));
    const { memory } = instance.exports;
    if (!(memory instanceof WebAssembly.Memory)) return expect.fail('no memory');
    expect(memory.grow(2)).toBe(1);
    expect(() => memory.grow(1)).toThrow();
  });

  it('keeps a smaller maximum than what is lent, and never lends more than the fabric does', () => {
    const bytes = tasklet({ memory: [1, 1, 2] });
    const order = { expectedHash: contentHash(bytes), memoryBytesMax: 64 * 1024 * MIB };
    expect(admit(bytes, order)).toMatchObject({ ok: true, value: { memoryPagesMax: 2 } });
    const large = tasklet({ memory: [0, ...u32(TASKLET_LIMITS.memoryBytesMax / 65_536 + 1)] });
    expect(reasons(large, 64 * 1024 * MIB)).toEqual([['memory_too_large']]);
  });

  it('refuses a module that is too large before it looks at it', () => {
    expect(reasons(new Uint8Array(TASKLET_LIMITS.moduleBytesMax + 1))).toEqual([['module_too_large']]);
  });

  it('refuses other bytes than those that were named', () => {
    const order = { expectedHash: contentHash(new Uint8Array(1)), memoryBytesMax: MIB };
    expect(admit(tasklet(), order)).toMatchObject({ ok: false, error: [{ code: 'hash_mismatch' }] });
  });

  it('refuses what is no module, and says where', () => {
    expect(reasons(Uint8Array.of(1, 2, 3))).toEqual([['malformed']]);
    expect(inspectTasklet(Uint8Array.of(1, 2, 3), { memoryBytesMax: MIB }).reasons).toMatchObject([
      { offset: 0, section: 'header' },
    ]);
  });

  it('refuses a feature by its name', () => {
    expect(reasons(tasklet({ runCode: [0xfe, 0x03, 0x00] }))).toEqual([['feature_refused', 'threads']]);
  });

  it('names every import that the profile does not offer or types otherwise', () => {
    const imports = [
      ...[6],
      ...imported('env', 'abort', [0, 3]),
      ...imported('grafos_tasklet_v0', 'clock_now', [0, 4]),
      ...imported('grafos_tasklet_v0', 'clock_then', [0, 4]),
      ...imported('grafos_tasklet_v0', 'input_read', [0, 3]),
      ...imported('grafos_tasklet_v0', 'log', [3, i32, 0]),
      ...imported('grafos_tasklet_v0', 'context_read', [0, 5]),
    ];
    const exports = EXPORTS.map(([text, kind, index]) => [text, kind, kind === 0 ? index + 5 : index] as const);
    expect(reasons(tasklet({ imports, exports }))).toEqual([
      ['import_refused', 'env.abort'],
      ['import_refused', 'grafos_tasklet_v0.clock_then'],
      ['import_type_mismatch', 'grafos_tasklet_v0.input_read'],
      ['import_refused', 'grafos_tasklet_v0.log'],
    ]);
  });

  it('names every export that is missing, of another type, or reserved', () => {
    const exports = [
      ['memory', 0, 3],
      ['_grafos_tasklet_run', 0, 0],
      ['_grafos_tasklet_finalize', 0, 2],
      ['__grafos_fuel', 0, 3],
      ['__grafos_', 2, 0],
      ['other', 0, 3],
    ] as const;
    expect(reasons(tasklet({ exports }))).toEqual([
      ['export_type_mismatch', 'memory'],
      ['export_missing', '_grafos_tasklet_init'],
      ['export_type_mismatch', '_grafos_tasklet_run'],
      ['name_reserved', '__grafos_fuel'],
      ['name_reserved', '__grafos_'],
    ]);
  });

  it('refuses a start section, a memory larger than what is lent, and says both', () => {
    expect(reasons(tasklet({ start: 3, memory: [0, 17] }), MIB)).toEqual([['memory_too_large'], ['start_refused']]);
  });

  it('refuses tables that could fill a cell', () => {
    const table = (...limits: readonly number[]): SectionBytes => [SECTION.table, [1, funcref, ...limits]];
    const grow = [0xd0, funcref, 0x41, 1, 0xfc, 15, 0, 0x1a];
    expect(reasons(tasklet({ extra: [table(0, ...u32(1_000_001))] }))).toEqual([['table_too_large']]);
    expect(reasons(tasklet({ extra: [table(0, 1)] }))).toEqual([]);
    expect(reasons(tasklet({ extra: [table(0, 1)], runCode: grow }))).toEqual([['table_too_large']]);
    expect(reasons(tasklet({ extra: [table(1, 1, ...u32(1_000_000))], runCode: grow }))).toEqual([]);
  });

  it('lists a bounded number of reasons', () => {
    const imports = [...u32(500), ...Array.from({ length: 500 }, () => imported('env', 'x', [0, 3])).flat()];
    expect(reasons(tasklet({ imports })).length).toBe(32);
  });
});

describe('inspection of what AssemblyScript writes', () => {
  let bytes: Bytes;

  beforeAll(async () => {
    const source = `
      @external("grafos_tasklet_v0", "output_write") declare function write(at: usize, size: i32): i32;
      export function _grafos_tasklet_init(size: i32, zero: i32): void {}
      export function _grafos_tasklet_run(size: i32, zero: i32): i32 { return write(0, size); }
      export function _grafos_tasklet_finalize(status: i32): void {}
    `;
    bytes = new Uint8Array(await buildSource(source));
  }, 60_000);

  it('finds it admissible and describes it', () => {
    expect(inspectTasklet(bytes, { memoryBytesMax: 32 * MIB })).toMatchObject({
      hash: contentHash(bytes),
      admissible: true,
      reasons: [],
      module: {
        imports: [{ module: 'grafos_tasklet_v0', name: 'output_write', kind: 'function', type: '(i32, i32) -> (i32)' }],
        memories: [{ min: 0 }],
      },
      meter: { originalBytes: bytes.length },
    });
  });
});
