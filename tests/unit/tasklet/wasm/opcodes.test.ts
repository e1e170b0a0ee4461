import { describe, expect, it } from 'vitest';
import { OperatorCodeNames } from 'wasmparser';
import {
  ByteWriter,
  Cursor,
  IMMEDIATE,
  immediateOf,
  Instruction,
  isPlain,
  opcodeName,
  opcodeOf,
  PREFIX,
  readInstruction,
  SECTION,
  signatureOf,
  slotOf,
  VALUE_TYPE,
} from '../../../../src/tasklet/wasm/index.ts';

const CODES = Array.from({ length: 256 }, (_, code) => code);
const PREFIXED = [PREFIX.misc, PREFIX.simd].flatMap((prefix) => CODES.map((code) => (prefix << 16) | code));
const OPCODES = [...CODES, ...PREFIXED].filter((opcode) => immediateOf[slotOf(opcode)] !== IMMEDIATE.refused);
const PLAIN = OPCODES.filter((opcode) => isPlain[slotOf(opcode)] === 1);

/** One valid immediate of each kind. */
const IMMEDIATES = new Map<number, readonly number[]>([
  [IMMEDIATE.none, []],
  [IMMEDIATE.index, [0]],
  [IMMEDIATE.memory, [0, 0]],
  [IMMEDIATE.memoryLane, [0, 0, 1]],
  [IMMEDIATE.memoryIndex, [0]],
  [IMMEDIATE.memoryMemory, [0, 0]],
  [IMMEDIATE.dataMemory, [0, 0]],
  [IMMEDIATE.elementTable, [0, 0]],
  [IMMEDIATE.tableTable, [0, 0]],
  [IMMEDIATE.i32, [0]],
  [IMMEDIATE.i64, [0]],
  [IMMEDIATE.f32, [0, 0, 0, 0]],
  [IMMEDIATE.f64, [0, 0, 0, 0, 0, 0, 0, 0]],
  [IMMEDIATE.vector, Array.from({ length: 16 }, () => 0)],
  [IMMEDIATE.shuffle, Array.from({ length: 16 }, () => 31)],
  [IMMEDIATE.lane, [1]],
]);

function encoded(opcode: number): readonly number[] {
  const immediate = IMMEDIATES.get(immediateOf[slotOf(opcode)] ?? 0);
  if (immediate === undefined) throw new Error(`no immediate for ${opcodeName(opcode)}`);
  const code = opcode & 0xff;
  if (opcode < 0x100) return [opcode, ...immediate];
  return [opcode >>> 16, ...(code < 0x80 ? [code] : [code, 1]), ...immediate];
}

interface Signature {
  readonly params: readonly number[];
  readonly results: readonly number[];
}

function signature(opcode: number): Signature {
  const packed = signatureOf[slotOf(opcode)] ?? 0;
  const params = [(packed >>> 16) & 0xff, (packed >>> 8) & 0xff, packed & 0xff].filter((type) => type !== 0);
  const result = packed >>> 24;
  return { params, results: result === 0 ? [] : [result] };
}

/** A module with a memory, a table and segments, and one function around `code`. */
function moduleAround({ params, results }: Signature, code: readonly number[]): Uint8Array<ArrayBuffer> {
  const gets = params.flatMap((_, index) => [0x20, index]);
  const body = [0, ...gets, ...code, 0x0b];
  const sections: readonly (readonly [number, readonly number[]])[] = [
    [SECTION.type, [1, 0x60, params.length, ...params, results.length, ...results]],
    [SECTION.function, [1, 0]],
    [SECTION.table, [1, VALUE_TYPE.funcref, 0, 1]],
    [SECTION.memory, [1, 0, 1]],
    [SECTION.element, [1, 1, 0, 0]],
    [SECTION.dataCount, [1]],
    [SECTION.code, [1, body.length, ...body]],
    [SECTION.data, [1, 1, 0]],
  ];
  const writer = new ByteWriter();
  writer.append(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  for (const [id, content] of sections) {
    const inner = new ByteWriter();
    inner.append(Uint8Array.from(content));
    writer.section(id, inner);
  }
  return writer.toBytes();
}

const TYPES = [VALUE_TYPE.i32, VALUE_TYPE.i64, VALUE_TYPE.f32, VALUE_TYPE.f64, VALUE_TYPE.v128];

/** The signature with each of its types changed in turn. */
function neighbours({ params, results }: Signature): readonly Signature[] {
  const others = (types: readonly number[]): readonly (readonly number[])[] =>
    types.flatMap((type, at) => TYPES.filter((other) => other !== type).map((other) => types.with(at, other)));
  return [
    ...others(params).map((changed) => ({ params: changed, results })),
    ...others(results).map((changed) => ({ params, results: changed })),
  ];
}

describe('the opcode table', () => {
  it('has every instruction of the profile', () => {
    expect(OPCODES.filter((opcode) => opcode < 0x100)).toHaveLength(172 + 5 + 2 + 1 + 5);
    expect(OPCODES.filter((opcode) => opcode >>> 16 === PREFIX.misc)).toHaveLength(18);
    expect(OPCODES.filter((opcode) => opcode >>> 16 === PREFIX.simd)).toHaveLength(236);
  });

  it('calls each as wasmparser does, but for the names that the vector loads had before they were standard', () => {
    const names: readonly (string | undefined)[] = OperatorCodeNames;
    const different = OPCODES.filter((opcode) => {
      const shift = opcode >>> 16 === PREFIX.misc ? 8 : 12;
      const theirs = opcode < 0x100 ? opcode : ((opcode >>> 16) << shift) | (opcode & 0xff);
      return names[theirs] !== opcodeName(opcode);
    });
    expect(different.map(opcodeName).filter((name) => !/^v128\.load\d+(x\d_[su]|_splat)$/.test(name))).toEqual([
      'select_t',
      'i8x16.popcnt',
    ]);
    for (const opcode of OPCODES) expect(opcodeOf(opcodeName(opcode))).toBe(opcode);
  });

  it.each(PLAIN.map((opcode) => ({ name: opcodeName(opcode), opcode })))(
    '$name takes and gives what the engine says',
    ({ opcode }) => {
      const own = signature(opcode);
      expect(WebAssembly.validate(moduleAround(own, encoded(opcode)))).toBe(true);
      for (const other of neighbours(own)) {
        expect(WebAssembly.validate(moduleAround(other, encoded(opcode)))).toBe(false);
      }
    },
  );
});

describe('reading an instruction', () => {
  function read(...bytes: readonly number[]): Instruction {
    const instruction = new Instruction();
    readInstruction(new Cursor(Uint8Array.from([0x01, ...bytes]), 1, bytes.length + 1), instruction);
    return instruction;
  }

  it('says where it begins and ends', () => {
    expect(read(0x41, 0xff, 0x00, 0x0b)).toMatchObject({ opcode: 0x41, at: 1, end: 4, index: 127 });
    expect(read(0x41, 0x7f)).toMatchObject({ index: -1, end: 3 });
    expect(read(0xfc, 0x0a, 0, 0)).toMatchObject({ opcode: (0xfc << 16) | 10, at: 1, end: 5 });
  });

  it('gives a br_table with its default last', () => {
    expect(read(0x0e, 2, 5, 6, 7).targets).toEqual([5, 6, 7]);
  });

  it('gives block types as the empty one, a value type less 128, or an index', () => {
    expect(read(0x02, 0x40).blockType).toBe(-64);
    expect(read(0x03, 0x7f).blockType).toBe(-1);
    expect(read(0x04, 0x80, 0x01).blockType).toBe(128);
    expect(() => read(0x02, 0xc0, 0x7f)).toThrow('negative');
  });

  it('gives both indices of an indirect call and of table instructions', () => {
    expect(read(0x11, 3, 4)).toMatchObject({ index: 3, second: 4 });
    expect(read(0xfc, 0x0c, 5, 6)).toMatchObject({ index: 5, second: 6 });
  });

  it.each([
    [[0x06, 0x40], 'exception handling'],
    [[0x08, 0], 'exception handling'],
    [[0x1f], 'exception handling'],
    [[0x14, 0], 'typed function references'],
    [[0xd4], 'typed function references'],
    [[0xd3], 'garbage collection'],
    [[0xfb, 0], 'garbage collection'],
    [[0xfe, 0], 'threads'],
    [[0xfd, 0x80, 0x02], 'relaxed SIMD'],
    [[0xfc, 19], 'wide arithmetic'],
    [[0x28, 0x42, 0], 'multi-memory'],
    [[0x3f, 1], 'multi-memory'],
    [[0xd0, 0x6e], 'garbage collection'],
    [[0x02, 0x64], 'typed function references'],
  ])('refuses %j as %s', (bytes, feature) => {
    expect(() => read(...bytes)).toThrow(`${feature} is not in the tasklet profile`);
  });
});
