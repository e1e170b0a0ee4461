/**
 * Bounds on what a module may hold. Unless said otherwise they are the limits that all engines share
 * (WebAssembly JavaScript Interface, "Implementation-defined limits"), so that no engine refuses what we accept.
 */
export const WASM_LIMITS = {
  typesMax: 1_000_000,
  functionsMax: 1_000_000,
  importsMax: 1_000_000,
  exportsMax: 1_000_000,
  globalsMax: 1_000_000,
  dataSegmentsMax: 100_000,
  /** Engines allow ten million; a hundredth is more than any compiler emits. */
  elementSegmentsMax: 100_000,
  tablesMax: 100_000,
  tableElementsMax: 10_000_000,
  segmentElementsMax: 10_000_000,
  memoryPagesMax: 65_536,
  parametersMax: 1_000,
  resultsMax: 1_000,
  /** Parameters included. */
  localsMax: 50_000,
  bodyBytesMax: 7_654_321,
  branchTargetsMax: 65_520,
  nameBytesMax: 100_000,
  /** Ours: blocks within blocks. Engines recurse on some of them; compilers stay under a few thousand. */
  nestingMax: 10_000,
  /** Ours: operands on the stack of one function, so that calls with a thousand results cannot exhaust memory. */
  operandsMax: 1_000_000,
  /**
   * Ours: operands compared at calls, branches and blocks, and locals declared, in the whole module. Two bytes of code
   * can ask for two thousand of them; real modules of 8 MiB stay below a fifth of this.
   */
  validationStepsMax: 100_000_000,
} as const;
