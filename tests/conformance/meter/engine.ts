import { setFlagsFromString } from 'node:v8';

/** How a call ended. `trap` is the engine's own word for it. */
export type Outcome =
  | { readonly kind: 'returned'; readonly values: readonly unknown[] }
  | { readonly kind: 'trapped'; readonly trap: string }
  | { readonly kind: 'stack_exhausted' }
  | { readonly kind: 'threw'; readonly error: unknown };

/** Node 20 has tail calls behind a flag; a later Node may not know the flag, and then needs none. */
setFlagsFromString('--experimental-wasm-return-call');

/** (func (result i32) i32.const 0 return_call 0), never run. */
const TAIL_CALL_PROBE = new Uint8Array([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0, 10, 6, 1, 4, 0, 0x12, 0, 0x0b,
]);

export const ENGINE_HAS_TAIL_CALLS = WebAssembly.validate(TAIL_CALL_PROBE);

/** Runs `action` and says how it ended. */
export function outcomeOf(action: () => unknown): Outcome {
  try {
    const result = action();
    return { kind: 'returned', values: Array.isArray(result) ? result : result === undefined ? [] : [result] };
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return { kind: 'trapped', trap: error.message };
    // V8 reports the end of its stack as a RangeError.
    if (error instanceof RangeError && error.message.includes('call stack')) return { kind: 'stack_exhausted' };
    return { kind: 'threw', error };
  }
}

/** An exported function, or one in an exported table (`table[slot]`), or an error naming what is missing. */
export function exportedFunction(instance: WebAssembly.Instance, name: string): (...args: unknown[]) => unknown {
  const inTable = /^(\w+)\[(\d+)\]$/.exec(name);
  const table = instance.exports[inTable?.[1] ?? ''];
  const found =
    table instanceof WebAssembly.Table ? (table.get(Number(inTable?.[2])) as unknown) : instance.exports[name];
  if (typeof found !== 'function') throw new Error(`no exported function ${name}`);
  return (...args) => (found as (...args: unknown[]) => unknown)(...args);
}

/** An exported i64 global. */
export function exportedCounter(instance: WebAssembly.Instance, name: string): WebAssembly.Global<'i64'> {
  const found = instance.exports[name];
  if (!(found instanceof WebAssembly.Global)) throw new Error(`no exported global ${name}`);
  return found as WebAssembly.Global<'i64'>;
}
