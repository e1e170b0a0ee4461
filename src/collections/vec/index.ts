/**
 * vec owns collections by index: elements of one greatest size, over one lease or several, and elements of any size.
 */
export type { VecSync } from './local-vec.ts';
export { VarFabricVec, type VarVecOptions } from './var-vec.ts';
export { FabricVec, type VecOptions } from './vec.ts';
