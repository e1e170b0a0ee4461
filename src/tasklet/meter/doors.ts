import { ByteWriter, type ModuleLayout } from '../wasm/index.ts';
import { type CallGraph } from './calls/index.ts';
import { type Machine } from './machine/index.ts';
import { type Door, type FuelGlobals } from './module-writer.ts';
import { type ThreadTypes } from './thread-types.ts';

/** The instructions that a door is made of. */
const OP = {
  unreachable: 0x00,
  if: 0x04,
  end: 0x0b,
  call: 0x10,
  localGet: 0x20,
  globalGet: 0x23,
  globalSet: 0x24,
  i64Const: 0x42,
  i64LtS: 0x53,
  i64Sub: 0x7d,
  empty: 0x40,
} as const;

/** What doors depend on, once all functions have been metered. */
export interface DoorOrder {
  readonly layout: ModuleLayout;
  readonly globals: FuelGlobals;
  readonly countsDepth: boolean;
  readonly calls: CallGraph;
  readonly machine: Machine;
  readonly threads: ThreadTypes;
}

/** A door for every function that the host calls: those exported and the start function, unless imported. */
export function doorsOf(order: DoorOrder): readonly Door[] {
  const { layout, calls } = order;
  const targets = new Set<number>();
  for (const { kind, index } of layout.exports) if (kind === 'function') targets.add(index);
  if (layout.start !== undefined) targets.add(layout.start);
  return [...targets]
    .filter((index) => index >= layout.importedFunctionCount && !calls.namedByCode.has(index))
    .map((target) => doorTo(target, order));
}

/**
 * What the host calls in place of a function: it pays what callers pay ahead, and checks the balance at the end, so that
 * neither costs anything where the module calls itself. It also takes back the depth that an earlier trap left.
 */
function doorTo(target: number, { layout, globals, countsDepth, calls, machine, threads }: DoorOrder): Door {
  const out = new ByteWriter(64);
  const params = layout.types[layout.functionTypeIndices[target] ?? -1]?.params.length ?? 0;
  out.u8(0);
  const depthMax = globals.depthMax - (calls.stack.largeFrame[target] ?? 0);
  const named = (opcode: number, index: number): void => {
    out.u8(opcode);
    out.u32(index);
  };
  const constant = (value: bigint): void => {
    out.u8(OP.i64Const);
    out.s64(value);
  };
  if (countsDepth) {
    constant(BigInt(depthMax));
    named(OP.globalSet, globals.depth);
  }
  const prepaid = machine.prepaidOf(target);
  if (prepaid !== 0n) {
    named(OP.globalGet, globals.fuel);
    constant(prepaid);
    out.u8(OP.i64Sub);
    named(OP.globalSet, globals.fuel);
  }
  for (let param = 0; param < params; param++) named(OP.localGet, param);
  if (threads.isThreaded(target)) {
    named(OP.globalGet, globals.fuel);
    constant(BigInt(depthMax - 1));
  }
  named(OP.call, target);
  if (threads.isThreaded(target)) named(OP.globalSet, globals.fuel);
  named(OP.globalGet, globals.fuel);
  constant(0n);
  for (const byte of [OP.i64LtS, OP.if, OP.empty, OP.unreachable, OP.end, OP.end]) out.u8(byte);
  const body = new ByteWriter(64);
  body.sized(out);
  return { target, body: body.toBytes() };
}
