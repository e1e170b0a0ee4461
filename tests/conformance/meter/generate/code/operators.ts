/** Value types as the binary writes them. */
export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const V128 = 0x7b;
export const FUNCREF = 0x70;
export const EXTERNREF = 0x6f;

export type ValueType =
  typeof I32 | typeof I64 | typeof F32 | typeof F64 | typeof V128 | typeof FUNCREF | typeof EXTERNREF;

/** An instruction that takes values and gives one: no memory, no control. */
export interface Operator {
  readonly code: readonly number[];
  readonly params: readonly ValueType[];
  readonly result: ValueType;
  /**
   * `divides`: traps when the last operand is 0 or -1; `truncates`: traps on a float out of range;
   * `shows-nan`: its result depends on the bits of a NaN operand; `vector-float`: it may make NaN lanes.
   */
  readonly care?: 'divides' | 'truncates' | 'shows-nan' | 'vector-float';
}

function range(
  from: number,
  to: number,
  params: readonly ValueType[],
  result: ValueType,
  care?: Operator['care'],
): readonly Operator[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    code: [from + index],
    params,
    result,
    ...(care && { care }),
  }));
}

function vector(number: number, params: readonly ValueType[], result: ValueType, care?: Operator['care']): Operator {
  const low = (number & 0x7f) | (number >= 0x80 ? 0x80 : 0);
  return { code: number >= 0x80 ? [0xfd, low, number >> 7] : [0xfd, low], params, result, ...(care && { care }) };
}

function saturating(number: number, param: ValueType, result: ValueType): Operator {
  return { code: [0xfc, number], params: [param], result };
}

const INTEGER: readonly Operator[] = [
  ...range(0x45, 0x45, [I32], I32),
  ...range(0x46, 0x4f, [I32, I32], I32),
  ...range(0x50, 0x50, [I64], I32),
  ...range(0x51, 0x5a, [I64, I64], I32),
  ...range(0x67, 0x69, [I32], I32),
  ...range(0x6a, 0x6c, [I32, I32], I32),
  ...range(0x6d, 0x70, [I32, I32], I32, 'divides'),
  ...range(0x71, 0x78, [I32, I32], I32),
  ...range(0x79, 0x7b, [I64], I64),
  ...range(0x7c, 0x7e, [I64, I64], I64),
  ...range(0x7f, 0x82, [I64, I64], I64, 'divides'),
  ...range(0x83, 0x8a, [I64, I64], I64),
  ...range(0xa7, 0xa7, [I64], I32),
  ...range(0xac, 0xad, [I32], I64),
  ...range(0xc0, 0xc1, [I32], I32),
  ...range(0xc2, 0xc4, [I64], I64),
];

const FLOAT: readonly Operator[] = [
  ...range(0x5b, 0x60, [F32, F32], I32),
  ...range(0x61, 0x66, [F64, F64], I32),
  ...range(0x8b, 0x91, [F32], F32),
  ...range(0x92, 0x97, [F32, F32], F32),
  ...range(0x98, 0x98, [F32, F32], F32, 'shows-nan'),
  ...range(0x99, 0x9f, [F64], F64),
  ...range(0xa0, 0xa5, [F64, F64], F64),
  ...range(0xa6, 0xa6, [F64, F64], F64, 'shows-nan'),
  ...range(0xa8, 0xa9, [F32], I32, 'truncates'),
  ...range(0xaa, 0xab, [F64], I32, 'truncates'),
  ...range(0xae, 0xaf, [F32], I64, 'truncates'),
  ...range(0xb0, 0xb1, [F64], I64, 'truncates'),
  ...range(0xb2, 0xb3, [I32], F32),
  ...range(0xb4, 0xb5, [I64], F32),
  ...range(0xb6, 0xb6, [F64], F32),
  ...range(0xb7, 0xb8, [I32], F64),
  ...range(0xb9, 0xba, [I64], F64),
  ...range(0xbb, 0xbb, [F32], F64),
  ...range(0xbc, 0xbc, [F32], I32, 'shows-nan'),
  ...range(0xbd, 0xbd, [F64], I64, 'shows-nan'),
  ...range(0xbe, 0xbe, [I32], F32),
  ...range(0xbf, 0xbf, [I64], F64),
  saturating(0, F32, I32),
  saturating(1, F32, I32),
  saturating(2, F64, I32),
  saturating(3, F64, I32),
  saturating(4, F32, I64),
  saturating(5, F32, I64),
  saturating(6, F64, I64),
  saturating(7, F64, I64),
];

const VECTOR: readonly Operator[] = [
  // i8x16.swizzle, the integer splats and the float splats.
  vector(14, [V128, V128], V128),
  vector(15, [I32], V128),
  vector(16, [I32], V128),
  vector(17, [I32], V128),
  vector(18, [I64], V128),
  vector(19, [F32], V128, 'shows-nan'),
  vector(20, [F64], V128, 'shows-nan'),
  // Comparisons of i8x16, i32x4 and f64x2; bitwise operations; bitselect; any_true.
  ...[35, 38, 42, 55, 59, 71, 73].map((number) => vector(number, [V128, V128], V128)),
  vector(77, [V128], V128),
  ...[78, 79, 80, 81].map((number) => vector(number, [V128, V128], V128)),
  vector(82, [V128, V128, V128], V128),
  vector(83, [V128], I32),
  // Integer arithmetic: abs, neg, all_true, bitmask, shifts, add, sub, mul, dot, extended multiplication.
  ...[96, 97, 128, 129, 160, 161, 192, 193, 124, 126].map((number) => vector(number, [V128], V128)),
  ...[99, 100, 131, 163, 164, 195, 196].map((number) => vector(number, [V128], I32)),
  ...[107, 109, 139, 141, 171, 173, 203, 205].map((number) => vector(number, [V128, I32], V128)),
  ...[110, 113, 142, 149, 174, 177, 181, 186, 206, 209, 213, 156, 188, 220].map((number) =>
    vector(number, [V128, V128], V128),
  ),
  // Float arithmetic: f32x4 and f64x2 sqrt, add, sub, mul, div, min; conversions of i32x4.
  ...[227, 239].map((number) => vector(number, [V128], V128, 'vector-float')),
  ...[228, 229, 230, 231, 232, 240, 241, 242, 243, 244].map((number) =>
    vector(number, [V128, V128], V128, 'vector-float'),
  ),
  ...[250, 251, 254, 248, 249].map((number) => vector(number, [V128], V128)),
  // Extracting a lane, the first one each.
  ...(
    [
      [21, I32],
      [24, I32],
      [27, I32],
      [29, I64],
      [31, F32],
      [33, F64],
    ] as const
  ).map(([number, result]) => ({ code: [0xfd, number, 0], params: [V128] as const, result })),
];

const ALL: readonly Operator[] = [...INTEGER, ...FLOAT, ...VECTOR];

/** The operators that give a value of each type. */
export const OPERATORS: ReadonlyMap<ValueType, readonly Operator[]> = new Map(
  ([I32, I64, F32, F64, V128] as const).map((type) => [type, ALL.filter(({ result }) => result === type)]),
);

export interface Access {
  readonly code: readonly number[];
  readonly type: ValueType;
}

export const LOADS: readonly Access[] = [
  ...[0x28, 0x2c, 0x2d, 0x2e, 0x2f].map((code) => ({ code: [code], type: I32 }) as const),
  ...[0x29, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35].map((code) => ({ code: [code], type: I64 }) as const),
  { code: [0x2a], type: F32 },
  { code: [0x2b], type: F64 },
  ...[0, 1, 6, 7, 10, 92, 93].map((number) => ({ code: [0xfd, number], type: V128 }) as const),
];

export const STORES: readonly Access[] = [
  ...[0x36, 0x3a, 0x3b].map((code) => ({ code: [code], type: I32 }) as const),
  ...[0x37, 0x3c, 0x3d, 0x3e].map((code) => ({ code: [code], type: I64 }) as const),
  { code: [0x38], type: F32 },
  { code: [0x39], type: F64 },
  { code: [0xfd, 11], type: V128 },
];
