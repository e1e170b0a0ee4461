/**
 * Small whole computations, as people write them, each a module that exports `run(n: i32)` and answers one number that
 * is the same on every engine. The conformance tests run them at `testSize`, the benchmarks at `benchSize`.
 */
export { buildKernel, buildSource, type KernelVariant } from './build.ts';

export interface Kernel {
  readonly name: string;
  /** Path below this folder: AssemblyScript or WAT. */
  readonly source: string;
  /** Takes a moment even when every instruction is counted. */
  readonly testSize: number;
  /** Takes some 20 to 60 ms on a small machine. */
  readonly benchSize: number;
}

export const KERNELS: readonly Kernel[] = [
  { name: 'matmul', source: 'assembly/numeric/matmul.ts', testSize: 24, benchSize: 160 },
  { name: 'fft', source: 'assembly/numeric/fft.ts', testSize: 8, benchSize: 16 },
  { name: 'nbody', source: 'assembly/numeric/nbody.ts', testSize: 200, benchSize: 200_000 },
  { name: 'mandelbrot', source: 'assembly/numeric/mandelbrot.ts', testSize: 40, benchSize: 640 },
  { name: 'sieve', source: 'assembly/integer/sieve.ts', testSize: 20_000, benchSize: 4_000_000 },
  { name: 'quicksort', source: 'assembly/integer/quicksort.ts', testSize: 2_000, benchSize: 200_000 },
  { name: 'sha256', source: 'assembly/integer/sha256.ts', testSize: 100, benchSize: 40_000 },
  { name: 'fib', source: 'assembly/integer/fib.ts', testSize: 18, benchSize: 32 },
  { name: 'life', source: 'assembly/integer/life.ts', testSize: 1, benchSize: 400 },
  { name: 'json', source: 'assembly/text/json.ts', testSize: 40, benchSize: 1_000 },
  { name: 'vm', source: 'assembly/text/vm.ts', testSize: 3_000, benchSize: 1_000_000 },
  { name: 'collatz', source: 'wat/collatz.wat', testSize: 400, benchSize: 100_000 },
  { name: 'simd-dot', source: 'wat/simd-dot.wat', testSize: 20, benchSize: 60_000 },
];
