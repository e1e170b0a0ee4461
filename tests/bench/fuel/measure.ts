/**
 * Runs inside the engine that is measured: in Node by import, in a page by its source text. So each function here stands
 * alone, with no import and no helper of another function's.
 */
export interface TimingOrder {
  /** Variants of one kernel, as base64. */
  readonly variants: readonly { readonly wasm: string }[];
  readonly size: number;
  readonly repeats: number;
  readonly fuelGlobal: string;
}

export interface Timing {
  /** Milliseconds of each repeat, by variant in the order given. */
  readonly times: readonly (readonly number[])[];
  readonly answers: readonly string[];
}

/** Times `run(size)` of every variant, taking turns, after each has run long enough to be fully compiled. */
export async function timeVariants(order: TimingOrder): Promise<Timing> {
  const warmUpMs = 400;
  // Short samples, so that most of them are not interrupted by whatever else the machine does.
  const sampleMs = 5;
  const fuelFull = 2n ** 62n - 1n;
  let counted = 0;
  const host = { metering: { usegas: (amount: number) => void (counted += amount) } };
  const runners: { call: () => unknown; inner: number }[] = [];
  for (const { wasm } of order.variants) {
    const bytes = Uint8Array.from(atob(wasm), (character) => character.charCodeAt(0));
    const { instance } = await WebAssembly.instantiate(bytes, host);
    const run = instance.exports['run'] as (size: number) => unknown;
    const fuel = instance.exports[order.fuelGlobal] as WebAssembly.Global<'i64'> | undefined;
    const call = (): unknown => {
      if (fuel) fuel.value = fuelFull;
      return run(order.size);
    };
    const start = performance.now();
    let calls = 0;
    while (performance.now() - start < warmUpMs) {
      call();
      calls++;
      // Lets the engine put its better code in place.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    runners.push({ call, inner: Math.max(1, Math.ceil((sampleMs * calls) / warmUpMs)) });
  }
  const times: number[][] = runners.map(() => []);
  const answers: string[] = runners.map(() => '');
  for (let repeat = 0; repeat < order.repeats; repeat++) {
    for (let turn = 0; turn < runners.length; turn++) {
      // A different variant goes first each time.
      const index = (turn + repeat) % runners.length;
      const runner = runners[index];
      if (!runner) continue;
      const start = performance.now();
      for (let call = 0; call < runner.inner; call++) answers[index] = String(runner.call());
      times[index]?.push((performance.now() - start) / runner.inner);
    }
  }
  return { times, answers };
}
