import { exportedFunction, outcomeOf, type Outcome } from '../engine.ts';
import { ByteWriter } from '../oracle/bytes.ts';
import { bitsOf, constant, isNumeric, sizeOf, STORE_CODES, TYPE_CODES } from './values.ts';
import type { WastValue } from './suite.ts';

export type InvokeOutcome = Exclude<Outcome, { kind: 'returned' }> | Returned;

/** What a call gave: bits for numbers, the value itself for references. */
interface Returned {
  readonly kind: 'returned';
  readonly values: readonly (Uint8Array | { readonly reference: unknown })[];
}

/**
 * Calls an export with the script's arguments. Numbers go through a small module that makes the arguments as constants
 * and stores the results to memory, because JavaScript knows no vectors and may change the bits of a NaN.
 */
export function invoke(
  instance: WebAssembly.Instance,
  field: string,
  args: readonly WastValue[],
  results: readonly WastValue[],
): InvokeOutcome {
  const target = instance.exports[field];
  if (typeof target !== 'function') return { kind: 'threw', error: new Error(`no function ${field}`) };
  const throughWasm = [...args, ...results].every(({ type }) => isNumeric(type));
  return throughWasm && args.length + results.length > 0
    ? throughMemory(target, args, results)
    : directly(instance, field, args);
}

function directly(instance: WebAssembly.Instance, field: string, args: readonly WastValue[]): InvokeOutcome {
  const outcome = outcomeOf(() => exportedFunction(instance, field)(...args.map(hostValue)));
  if (outcome.kind !== 'returned') return outcome;
  return { kind: 'returned', values: outcome.values.map(seen) };
}

function seen(value: unknown): Uint8Array | { readonly reference: unknown } {
  if (typeof value === 'number') return new Uint8Array(new Int32Array([value]).buffer);
  return { reference: value };
}

const REFERENCES = new Map<string, { readonly reference: string }>();

/** A JavaScript value for an argument: numbers for i32, one object per name for a reference. */
function hostValue(value: WastValue): unknown {
  if (value.type === 'i32') return new DataView(bitsOf(value).buffer).getInt32(0, true);
  if (value.type === 'i64') return new DataView(bitsOf(value).buffer).getBigInt64(0, true);
  return hostReference(value);
}

export function hostReference({ value }: WastValue): unknown {
  if (typeof value !== 'string' || value === 'null') return null;
  const known = REFERENCES.get(value) ?? { reference: value };
  REFERENCES.set(value, known);
  return known;
}

function throughMemory(target: unknown, args: readonly WastValue[], results: readonly WastValue[]): InvokeOutcome {
  const module = new WebAssembly.Module(caller(args, results));
  let caught: WebAssembly.Instance;
  try {
    caught = new WebAssembly.Instance(module, { target: { call: target as WebAssembly.ImportValue } });
  } catch (error) {
    return { kind: 'threw', error };
  }
  const outcome = outcomeOf(() => exportedFunction(caught, 'call')());
  if (outcome.kind !== 'returned') return outcome;
  const memory = caught.exports['memory'] as WebAssembly.Memory;
  const values = results.map(({ type }, index) => new Uint8Array(memory.buffer, index * 16, sizeOf(type)));
  return { kind: 'returned', values };
}

/** (import "target" "call") (memory 1) (func (export "call") args… call 0 store each result at 16 × its index) */
function caller(args: readonly WastValue[], results: readonly WastValue[]): Uint8Array<ArrayBuffer> {
  const types = (values: readonly WastValue[]): number[] => values.map(({ type }) => TYPE_CODES[type] ?? 0);
  const out = new ByteWriter().u8(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  out.section(
    1,
    new ByteWriter()
      .u8(2, 0x60)
      .sized(Uint8Array.from(types(args)))
      .sized(Uint8Array.from(types(results)))
      .u8(0x60, 0, 0)
      .done(),
  );
  out.section(2, new ByteWriter().u8(1).name('target').name('call').u8(0, 0).done());
  out.section(3, Uint8Array.from([1, 1]));
  out.section(5, Uint8Array.from([1, 0, 1]));
  out.section(7, new ByteWriter().u8(2).name('memory').u8(2, 0).name('call').u8(0, 1).done());
  const body = new ByteWriter().u32(results.length);
  for (const type of types(results)) body.u8(1, type);
  for (const arg of args) constant(body, arg);
  body.u8(0x10, 0);
  for (let index = results.length - 1; index >= 0; index--) body.u8(0x21).u32(index);
  results.forEach(({ type }, index) => {
    body
      .u8(0x41)
      .s32(index * 16)
      .u8(0x20)
      .u32(index);
    body.u8(...(STORE_CODES[type] ?? []), 0, 0);
  });
  out.section(10, new ByteWriter().u8(1).sized(body.u8(0x0b).done()).done());
  return out.done();
}
