import { ByteWriter } from '../oracle/bytes.ts';

const I32 = 0x7f;
const I64 = 0x7e;
const F64 = 0x7c;
const V128 = 0x7b;

/** Endless recursion with frames of one shape. */
export interface DeepModule {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

interface Signature {
  readonly params: readonly number[];
  readonly results: readonly number[];
}

interface Body {
  readonly type: number;
  readonly locals: readonly (readonly [count: number, type: number])[];
  readonly code: Uint8Array;
}

const PLAIN: Signature = { params: [I32], results: [I32] };

/** The first function is exported as `run` and takes an i32. All functions are in a table. */
function moduleOf(types: readonly Signature[], bodies: readonly Body[]): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter().u8(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  const typeSection = new ByteWriter().u32(types.length);
  for (const { params, results } of types) {
    typeSection.u8(0x60).sized(Uint8Array.from(params)).sized(Uint8Array.from(results));
  }
  out.section(1, typeSection.done());
  out.section(3, Uint8Array.from([bodies.length, ...bodies.map(({ type }) => type)]));
  out.section(4, Uint8Array.from([1, 0x70, 0, bodies.length]));
  out.section(7, new ByteWriter().u8(1).name('run').u8(0, 0).done());
  out.section(9, Uint8Array.from([1, 0, 0x41, 0, 0x0b, bodies.length, ...bodies.map((_, index) => index)]));
  const code = new ByteWriter().u32(bodies.length);
  for (const { locals, code: body } of bodies) {
    const written = new ByteWriter().u32(locals.length);
    for (const [count, type] of locals) written.u32(count).u8(type);
    code.sized(written.bytes(body).u8(0x0b).done());
  }
  return out.section(10, code.done()).done();
}

/** Calls `callee` with the parameter plus one, and adds one to what comes back so that it is no tail call. */
function plainCall(call: readonly number[]): Uint8Array {
  return Uint8Array.from([0x20, 0, 0x41, 1, 0x6a, ...call, 0x41, 1, 0x6a]);
}

function small(): Uint8Array<ArrayBuffer> {
  return moduleOf([PLAIN], [{ type: 0, locals: [], code: plainCall([0x10, 0]) }]);
}

function indirect(): Uint8Array<ArrayBuffer> {
  return moduleOf([PLAIN], [{ type: 0, locals: [], code: plainCall([0x41, 0, 0x11, 0, 0]) }]);
}

/** Locals that depend on the parameter and are wanted again after the call. */
function manyLocals(count: number, isVector: boolean): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter();
  for (let index = 1; index <= count; index++) {
    out.u8(0x20, 0).u8(0x41).s32(index).u8(0x6c);
    // i32x4.splat or i64.extend_i32_s.
    if (isVector) out.u8(0xfd, 17);
    else out.u8(0xac);
    out.u8(0x21).u32(index);
  }
  out.bytes(plainCall([0x10, 0]));
  for (let index = 1; index <= count; index++) {
    out.u8(0x20).u32(index);
    if (isVector) out.u8(0xfd, 27, 0);
    else out.u8(0xa7);
    out.u8(0x6a);
  }
  return moduleOf([PLAIN], [{ type: 0, locals: [[count, isVector ? V128 : I64]], code: out.done() }]);
}

/** Values that wait on the operand stack while the call runs. */
function manyOperands(count: number): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter();
  for (let index = 1; index <= count; index++) out.u8(0x20, 0).u8(0x41).s32(index).u8(0x6c, 0xb7);
  out.bytes(plainCall([0x10, 0])).u8(0xb7);
  for (let index = 1; index <= count; index++) out.u8(0xa0);
  // i32.trunc_sat_f64_s.
  out.u8(0xfc, 2);
  return moduleOf([PLAIN], [{ type: 0, locals: [], code: out.done() }]);
}

/** A function of many parameters and results that calls itself, behind one that starts it. */
function manyParams(params: number, results: number, type: number): Uint8Array<ArrayBuffer> {
  const wide: Signature = {
    params: new Array<number>(params).fill(type),
    results: new Array<number>(results).fill(type),
  };
  const zero = type === F64 ? [0x44, 0, 0, 0, 0, 0, 0, 0, 0] : [0x42, 0];
  const start = new ByteWriter();
  for (let index = 0; index < params; index++) start.u8(...zero);
  start.u8(0x10, 1);
  for (let index = 0; index < results; index++) start.u8(0x1a);
  start.u8(0x20, 0);
  const again = new ByteWriter();
  for (let index = 0; index < params; index++) again.u8(0x20).u32(index);
  again.u8(0x10, 1);
  for (let index = 0; index < results; index++) again.u8(0x1a);
  for (let index = 0; index < results; index++) again.u8(0x20).u32(index % params);
  const bodies = [
    { type: 0, locals: [], code: start.done() },
    { type: 1, locals: [], code: again.done() },
  ];
  return moduleOf([PLAIN, wide], bodies);
}

/** Frames large and small by turns. */
function mixed(): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter();
  const count = 300;
  for (let index = 1; index <= count; index++) out.u8(0x20, 0).u8(0x41).s32(index).u8(0x6c, 0x21).u32(index);
  out.bytes(plainCall([0x10, 0]));
  for (let index = 1; index <= count; index++) out.u8(0x20).u32(index).u8(0x6a);
  const bodies = [
    { type: 0, locals: [], code: plainCall([0x10, 1]) },
    { type: 0, locals: [[count, I32] as const], code: out.done() },
  ];
  return moduleOf([PLAIN], bodies);
}

export const DEEP_MODULES: readonly DeepModule[] = [
  { name: 'small frames', bytes: small() },
  { name: 'indirect calls', bytes: indirect() },
  { name: '50 locals', bytes: manyLocals(50, false) },
  { name: '1,000 locals', bytes: manyLocals(1_000, false) },
  { name: '40,000 locals', bytes: manyLocals(40_000, false) },
  { name: '500 vectors', bytes: manyLocals(500, true) },
  { name: '300 operands', bytes: manyOperands(300) },
  { name: '100 parameters', bytes: manyParams(100, 1, I64) },
  { name: '100 parameters and results', bytes: manyParams(100, 100, F64) },
  { name: '900 parameters and results', bytes: manyParams(900, 900, I64) },
  { name: 'frames large and small', bytes: mixed() },
];
