// The module at work, as it was read: its bytes, what its indices name, and the tables of opcodes. Offsets are those of the
// machine's memory.
import { reserve, reserveCleared } from './memory';

/** Columns of the opcode table by slot (wasm/instruction/opcodes.ts), and {@link ACT} of each. */
export const SLOTS: usize = 768;
export let immediates: usize = 0;
export let alignments: usize = 0;
export let lanes: usize = 0;
export let plains: usize = 0;
export let acts: usize = 0;
export let signatures: usize = 0;

export let bytes: usize = 0;
export let importedCount: i32 = 0;
export let functionCount: i32 = 0;
export let typeCount: i32 = 0;
export let globalCount: i32 = 0;
export let tableCount: i32 = 0;
export let elementCount: i32 = 0;
/** -1 where the module has no such count. */
export let dataCount: i32 = -1;
export let hasMemory: bool = false;

/** By type, four numbers: parameters, how many, results, how many. The lists are bytes, one a value type. */
export let types: usize = 0;
/** By function: the index of its type. */
export let functionTypes: usize = 0;
/** By global: its type; and again, 0 where it cannot be set. */
export let globals: usize = 0;
export let globalsSet: usize = 0;
/** By table and by element segment: the type of what it holds. */
export let tables: usize = 0;
export let elements: usize = 0;
/** By function: whether it may be named in code. */
export let declared: usize = 0;
/** By body, four numbers: its start, its first instruction, its end, the locals beyond the parameters. */
export let codes: usize = 0;

/** Room for the columns of the opcode table, for the host to fill. */
export function reserveTables(): usize {
  const at = reserve(SLOTS * 9);
  immediates = at;
  alignments = at + SLOTS;
  lanes = at + SLOTS * 2;
  plains = at + SLOTS * 3;
  acts = at + SLOTS * 4;
  signatures = at + SLOTS * 5;
  return at;
}

/** Room for a module's bytes and lists, for the host to fill in the order in which they stand below. */
export function reserveModule(
  byteCount: i32,
  listBytes: i32,
  types_: i32,
  functions: i32,
  imported: i32,
  globals_: i32,
  tables_: i32,
  elements_: i32,
  data: i32,
  memories: i32,
): usize {
  typeCount = types_;
  functionCount = functions;
  importedCount = imported;
  globalCount = globals_;
  tableCount = tables_;
  elementCount = elements_;
  dataCount = data;
  hasMemory = memories > 0;
  // What is read of code never lies more than this past the end of it.
  bytes = reserve(<usize>byteCount + 64);
  memory.fill(bytes + byteCount, 0, 64);
  types = reserve((<usize>types_) << 4);
  functionTypes = reserve((<usize>functions) << 2);
  codes = reserve((<usize>(functions - imported)) << 4);
  globals = reserve(globals_);
  globalsSet = reserve(globals_);
  tables = reserve(tables_);
  elements = reserve(elements_);
  declared = reserveCleared(functions);
  return reserve(listBytes);
}

export function paramsOf(type: i32): usize {
  return load<u32>(types + ((<usize>type) << 4));
}

export function paramCountOf(type: i32): i32 {
  return load<i32>(types + ((<usize>type) << 4), 4);
}

export function resultsOf(type: i32): usize {
  return load<u32>(types + ((<usize>type) << 4), 8);
}

export function resultCountOf(type: i32): i32 {
  return load<i32>(types + ((<usize>type) << 4), 12);
}

export function typeOfFunction(index: i32): i32 {
  return load<i32>(functionTypes + ((<usize>index) << 2));
}
