/** Bounds on what a module may hold. Of two bounds on one thing, the engines' and ours, the lower stands here. */
export const WASM_LIMITS = {
  // Limits that all engines share (WebAssembly JavaScript Interface, "Implementation-defined limits"), so that no engine
  // refuses what we accept.
  dataSegmentsMax: 100_000,
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

  // Ours, lower than what engines allow: 8 MiB could otherwise make a phone keep millions of small objects.
  /** Of a module to be metered; admission takes far smaller ones only. */
  meteredBytesMax: 64 * 1024 * 1024,
  typesMax: 100_000,
  importsMax: 100_000,
  exportsMax: 100_000,
  globalsMax: 100_000,
  elementSegmentsMax: 100_000,
  customSectionsMax: 10_000,
  /** At 8 MiB, 33 bytes a function. */
  functionsMax: 250_000,
  /** Declarations of locals of one type, in the whole module. */
  localRunsMax: 1_000_000,
  /** Blocks within blocks. Compilers stay under a few thousand. */
  nestingMax: 10_000,
  /** Blocks, branches, calls and targets of tables in one function: what the meter keeps of it is in proportion to them. */
  controlMax: 1_000_000,
  /** Operands on the stack of one function, so that calls with a thousand results cannot exhaust memory. */
  operandsMax: 1_000_000,
  /**
   * Operands compared at calls, branches and blocks, and locals declared, in the whole module. Two bytes of code
   * can ask for two thousand of them; real modules of 8 MiB stay below a fifth of this.
   */
  validationStepsMax: 100_000_000,
} as const;
