import { type ModuleLayout } from '../../wasm/index.ts';
import { type CallGraph, type CodeFacts } from '../calls/index.ts';
import { type Machine } from './instance.ts';

/** Puts what the machine has to know of a module into its memory. */
export function loadModule(machine: Machine, layout: ModuleLayout): void {
  const { types, functionTypeIndices, importedFunctionCount, globals, tables, elements, codes } = layout;
  const listed = types.reduce((total, { params, results }) => total + params.length + results.length, 0);
  const lists = machine.reserveModule(
    ...[layout.bytes.length, listed, types.length, functionTypeIndices.length, importedFunctionCount, globals.length],
    ...[tables.length, elements.length, layout.dataCount ?? -1, layout.memories.length],
  );
  const { buffer } = machine.memory;
  const bytes = new Uint8Array(buffer);
  const words = new Int32Array(buffer);
  bytes.set(layout.bytes, machine.bytes.value);
  loadTypes(machine, layout, bytes, words, lists);
  words.set(functionTypeIndices, machine.functionTypes.value / 4);
  let at = machine.codes.value / 4;
  for (const { bodyStart, exprStart, bodyEnd, localCount } of codes) {
    words[at++] = bodyStart;
    words[at++] = exprStart;
    words[at++] = bodyEnd;
    words[at++] = localCount;
  }
  globals.forEach(({ type, mutable }, index) => {
    bytes[machine.globals.value + index] = type;
    bytes[machine.globalsSet.value + index] = mutable ? type : 0;
  });
  tables.forEach(({ element }, index) => (bytes[machine.tables.value + index] = element));
  elements.forEach(({ type }, index) => (bytes[machine.elements.value + index] = type));
  for (const index of layout.declaredFunctions) bytes[machine.declared.value + index] = 1;
}

function loadTypes(
  machine: Machine,
  { types }: ModuleLayout,
  bytes: Uint8Array,
  words: Int32Array,
  lists: number,
): void {
  let at = machine.types.value / 4;
  let list = lists;
  for (const { params, results } of types) {
    for (const values of [params, results]) {
      bytes.set(values, list);
      words[at++] = list;
      words[at++] = values.length;
      list += values.length;
    }
  }
}

/** What the machine has seen in the bodies. */
export function readFacts(machine: Machine, layout: ModuleLayout): CodeFacts {
  const functions = layout.functionTypeIndices.length;
  const { buffer } = machine.memory;
  const words = new Int32Array(buffer);
  const callees: number[][] = Array.from({ length: functions }, () => []);
  eachPair(words, machine.calls.value, machine.callsEnd.value, (caller, callee) => callees[caller]?.push(callee));
  const tailCallees = new Map<number, Set<number>>();
  eachPair(words, machine.tailCalls.value, machine.tailCallsEnd.value, (caller, callee) => {
    const known = tailCallees.get(caller);
    if (known === undefined) tailCallees.set(caller, new Set([callee]));
    else known.add(callee);
  });
  const named = new Set<number>();
  new Uint8Array(buffer, machine.named.value, functions).forEach((isNamed, index) => {
    if (isNamed === 1) named.add(index);
  });
  return {
    callees,
    tailCallees,
    operandsMax: new Int32Array(buffer, machine.operandsMax.value, functions).slice(),
    passedMax: new Int32Array(buffer, machine.passedMax.value, functions).slice(),
    named,
  };
}

function eachPair(
  words: Int32Array,
  start: number,
  end: number,
  visit: (caller: number, callee: number) => void,
): void {
  for (let at = start / 4; at < end / 4; at += 2) visit(words[at] ?? 0, words[at + 1] ?? 0);
}

/** Bits of a node, as machine/assembly/nodes.ts numbers them. */
const NODE_BIT = { recursive: 1, seen: 2, named: 4, counted: 8, returnsToHost: 16 } as const;
export const THREADED_BIT = 32;
const NODE_WORDS = 8;

/** Puts what is known of functions together into the machine's memory. `hostTypes`: by type, whether the host offers one. */
export function loadCalls(machine: Machine, calls: CallGraph, hostTypes: Uint8Array, callsHost: boolean): void {
  const nodes = machine.reserveNodes();
  const types = machine.reserveHostTypes(callsHost ? 1 : 0);
  const { buffer } = machine.memory;
  new Uint8Array(buffer).set(hostTypes, types);
  const words = new Int32Array(buffer, nodes);
  for (let node = 0; node <= calls.indirect; node++) {
    const at = node * NODE_WORDS;
    words[at] =
      (calls.isRecursive[node] === 1 ? NODE_BIT.recursive : 0) |
      (calls.isSeen[node] === 1 ? NODE_BIT.seen : 0) |
      (calls.isNamed[node] === 1 ? NODE_BIT.named : 0) |
      (calls.stack.isCounted[node] === 1 ? NODE_BIT.counted : 0) |
      (calls.returnsToHost[node] === 1 ? NODE_BIT.returnsToHost : 0);
    words[at + 1] = calls.groupOf[node] ?? 0;
    words[at + 2] = calls.stack.unitsOf[node] ?? 1;
  }
}
