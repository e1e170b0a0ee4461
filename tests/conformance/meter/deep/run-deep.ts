/** What one engine says about a metered module that recurses without end. */
export interface DeepObservation {
  readonly name: string;
  /** `stack_exhausted` by the meter's mark, or what happened instead. */
  readonly outcome: string;
  readonly fuelSpent: string;
}

export interface DeepOrder {
  readonly modules: readonly { readonly name: string; readonly wasm: string }[];
  readonly fuelGlobal: string;
}

/** Stands alone, because a worker in a page runs its text. */
export function runDeep({ modules, fuelGlobal }: DeepOrder): DeepObservation[] {
  const budget = 2n ** 50n;
  const observations: DeepObservation[] = [];
  for (const { name, wasm } of modules) {
    const bytes = Uint8Array.from(atob(wasm), (character) => character.charCodeAt(0));
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    const fuel = instance.exports[fuelGlobal] as WebAssembly.Global<'i64'>;
    fuel.value = budget;
    let outcome = 'returned';
    try {
      (instance.exports['run'] as (argument: number) => unknown)(0);
    } catch (error) {
      outcome = error instanceof WebAssembly.RuntimeError ? 'trapped' : 'the stack of the engine overflowed';
    }
    const isMarked = fuel.value < -(2n ** 62n);
    if (outcome === 'trapped' && isMarked) outcome = 'stack_exhausted';
    // ABI.md §6: adding 2^63 to the mark gives the fuel that was left.
    const left = isMarked ? fuel.value + 2n ** 63n : fuel.value;
    observations.push({ name, outcome, fuelSpent: String(budget - left) });
  }
  return observations;
}
