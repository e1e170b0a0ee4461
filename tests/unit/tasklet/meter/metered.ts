import { FUEL_GLOBAL, meterModule, type MeterOptions } from '../../../../src/tasklet/meter/index.ts';
import { ByteWriter } from '../../../../src/tasklet/wasm/index.ts';
import { moduleOf, name, u32, type SectionBytes } from '../wasm/binary.ts';

/** The instructions that the modules of these tests are made of. */
export const I = {
  unreachable: 0x00,
  nop: 0x01,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  drop: 0x1a,
  get: 0x20,
  set: 0x21,
  tee: 0x22,
  memoryGrow: 0x40,
  i32: 0x41,
  eqz: 0x45,
  ltS: 0x48,
  add: 0x6a,
  sub: 0x6b,
  and: 0x71,
  divS: 0x6d,
  empty: 0x40,
  int: 0x7f,
} as const;

export const INT_TO_INT = [0x60, 1, I.int, 1, I.int];

export interface FunctionBytes {
  /** i32 locals beyond the parameter. */
  readonly locals?: number;
  readonly code: readonly number[];
}

/** Functions of `(i32) -> i32`, the last of them exported as `run`; one page of memory; `more` sections by id. */
export function moduleOfFunctions(functions: readonly FunctionBytes[], ...more: readonly SectionBytes[]) {
  const bodies = functions.flatMap(({ locals = 0, code }) => {
    const body = [...(locals === 0 ? [0] : [1, locals, I.int]), ...code, I.end];
    return [...u32(body.length), ...body];
  });
  const sections: SectionBytes[] = [
    [1, [1, ...INT_TO_INT]],
    [3, [functions.length, ...functions.map(() => 0)]],
    [5, [1, 0, 1]],
    [7, [1, ...name('run'), 0, functions.length - 1]],
    [10, [functions.length, ...bodies]],
    ...more,
  ];
  return moduleOf(...sections.sort(([left], [right]) => left - right));
}

/** How a metered call ended, with the fuel it spent and what stands in the counter. */
export interface Ended {
  readonly answer?: unknown;
  readonly trapped: boolean;
  readonly spent: bigint;
  readonly left: bigint;
}

export interface Metered {
  readonly exports: WebAssembly.Exports;
  run(argument: number, fuel?: bigint): Ended;
}

/** The module metered and instantiated. */
export function metered(bytes: Uint8Array, options: MeterOptions = {}, imports: WebAssembly.Imports = {}): Metered {
  const result = meterModule(bytes, options);
  if (!result.ok) throw new Error(result.error.message);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(result.value.bytes), imports);
  const fuelLeft = exports[FUEL_GLOBAL];
  const run: unknown = exports['run'];
  return {
    exports,
    run(argument, fuel = 1_000_000n) {
      if (!(fuelLeft instanceof WebAssembly.Global) || typeof run !== 'function') throw new Error('nothing to run');
      fuelLeft.value = fuel;
      const ended = answerOf(() => Reflect.apply(run, undefined, [argument]) as unknown);
      const left = fuelLeft.value as bigint;
      return { ...ended, spent: fuel - left, left };
    },
  };
}

function answerOf(call: () => unknown): { readonly answer?: unknown; readonly trapped: boolean } {
  try {
    return { answer: call(), trapped: false };
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return { trapped: true };
    throw error;
  }
}

/** `bytes` with a custom section at its end. */
export function withCustomSection(bytes: Uint8Array, title: string): Uint8Array {
  const content = new ByteWriter();
  content.text(title);
  content.append(Uint8Array.of(1, 2, 3));
  const out = new ByteWriter();
  out.append(bytes);
  out.section(0, content);
  return out.toBytes();
}
