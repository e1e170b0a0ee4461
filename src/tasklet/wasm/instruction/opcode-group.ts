import { type FeatureName } from '../types.ts';
import { type ImmediateName } from './immediate.ts';

/**
 * A run of opcodes that differ in name only: first code, signature, immediate (with its bound: the natural alignment's
 * exponent, or the number of lanes, or both as `alignment,lanes`), names, and the feature they came with.
 * In signatures i l f d v stand for i32 i64 f32 f64 v128; `*` is one that depends on the module.
 */
export type OpcodeGroup = readonly [
  first: number,
  signature: string,
  immediate: ImmediateName | `${ImmediateName}:${string}`,
  names: string,
  feature?: FeatureName,
];
