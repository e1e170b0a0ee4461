import { assert, fromBase64Url } from '../../../core/index.ts';
import { alignmentOf, immediateOf, isPlain, lanesOf, signatureOf } from '../../wasm/index.ts';
import { actOf } from './acts.ts';
import { MACHINE_CODE } from './machine-code.ts';

/** Part of the language wherever there are tasklets, though the language's own declarations do not list it. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: Machine };
};

/** A global of the machine's: an offset in its memory, or a number. */
interface Value {
  readonly value: number;
}

/** What the machine exports; machine/assembly/ says what each is. */
export interface Machine {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly bytes: Value;
  readonly types: Value;
  readonly functionTypes: Value;
  readonly codes: Value;
  readonly globals: Value;
  readonly globalsSet: Value;
  readonly tables: Value;
  readonly elements: Value;
  readonly declared: Value;
  readonly operandsMax: Value;
  readonly passedMax: Value;
  readonly named: Value;
  readonly calls: Value;
  readonly callsEnd: Value;
  readonly tailCalls: Value;
  readonly tailCallsEnd: Value;
  readonly hasVectors: Value;
  readonly written: Value;
  readonly uncheckedMax: Value;
  readonly silentCount: Value;
  readonly countsDepth: Value;
  readonly isOutOfMemory: Value;
  reset(): number;
  reserveModule(...counts: readonly number[]): number;
  scan(codeBytes: number): number;
  controlMax(): number;
  reserveNodes(): number;
  reserveHostTypes(callsHost: number): number;
  prepare(fuelGlobal: number, depthGlobal: number, depthMax: number): void;
  makeFlow(index: number): void;
  payableAhead(index: number): number;
  payAhead(index: number, units: number): void;
  raiseOwnCalls(index: number): void;
  become(index: number, bit: number): void;
  isSilent(index: number): number;
  prepaidOf(index: number): bigint;
  meterFunction(index: number, resultType: number): void;
}

/** A machine that has grown beyond this is let go with its memory, which it cannot give back. */
const KEPT_BYTES_MAX = 64 * 1024 * 1024;

let code: object | undefined;
let kept: Machine | undefined;

/** A machine that knows the opcodes, and nothing of any module. */
export function freshMachine(): Machine {
  if (kept !== undefined && kept.memory.buffer.byteLength > KEPT_BYTES_MAX) kept = undefined;
  kept ??= new WebAssembly.Instance((code ??= compiled())).exports;
  const at = kept.reset();
  const columns = new Uint8Array(kept.memory.buffer, at);
  const slots = immediateOf.length;
  [immediateOf, alignmentOf, lanesOf, isPlain, actOf].forEach((column, place) => columns.set(column, place * slots));
  new Uint32Array(kept.memory.buffer, at + 5 * slots).set(signatureOf);
  return kept;
}

function compiled(): object {
  const bytes = fromBase64Url(MACHINE_CODE);
  assert(bytes !== undefined, 'the code of the machine is base64');
  return new WebAssembly.Module(bytes);
}
