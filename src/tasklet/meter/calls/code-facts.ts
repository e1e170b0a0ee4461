/** What was seen in a module's bodies of who calls whom. Functions are numbered as in the module, the imported ones first. */
export interface CodeFacts {
  /** By function: nodes that it calls, each once, */
  readonly callees: readonly (readonly number[])[];
  /** those among them that it ends by calling, */
  readonly tailCallees: ReadonlyMap<number, ReadonlySet<number>>;
  /** the most operands it has on its stack at a time, */
  readonly operandsMax: Int32Array;
  /** and the most values that one call of it passes on the stack, both ways. */
  readonly passedMax: Int32Array;
  /** Functions that code names without calling them. */
  readonly named: ReadonlySet<number>;
}
