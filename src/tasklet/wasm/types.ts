/** Value types by their byte in the binary format (§5.3.1). */
export const VALUE_TYPE = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
  funcref: 0x70,
  externref: 0x6f,
} as const;

/** One of {@link VALUE_TYPE}. A plain number because stacks of them are byte arrays. */
export type ValueType = number;

const NAMES = new Map<number, string>(Object.entries(VALUE_TYPE).map(([name, byte]) => [byte, name]));

/** What people call `type`; `unknown` for the operand of code that cannot be reached. */
export function valueTypeName(type: ValueType): string {
  return NAMES.get(type) ?? 'unknown';
}

export function isReferenceType(byte: number): boolean {
  return byte === VALUE_TYPE.funcref || byte === VALUE_TYPE.externref;
}

export function isValueType(byte: number): boolean {
  return (byte >= VALUE_TYPE.v128 && byte <= VALUE_TYPE.i32) || isReferenceType(byte);
}

export interface FuncType {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** `(i32, i64) -> (f32)`. */
export function funcTypeText(type: FuncType): string {
  return `(${type.params.map(valueTypeName).join(', ')}) -> (${type.results.map(valueTypeName).join(', ')})`;
}

/** What lies between a minimum and an optional maximum: pages of a memory, elements of a table. */
export interface Limits {
  readonly min: number;
  readonly max?: number;
}

/** Compiler features of the profile beyond the first version of WebAssembly; bits, so that a scan can gather them. */
export const FEATURE_BIT = {
  'multi-value': 1,
  'sign-extension': 2,
  'saturating float-to-int': 4,
  'bulk memory': 8,
  'reference types': 16,
  simd: 32,
  'tail calls': 64,
  'mutable globals': 128,
} as const;

export type FeatureName = keyof typeof FEATURE_BIT;

const FEATURE_NAMES: readonly FeatureName[] = [
  'multi-value',
  'sign-extension',
  'saturating float-to-int',
  'bulk memory',
  'reference types',
  'simd',
  'tail calls',
  'mutable globals',
];

export function featureNames(bits: number): readonly FeatureName[] {
  return FEATURE_NAMES.filter((name) => (bits & FEATURE_BIT[name]) !== 0);
}
