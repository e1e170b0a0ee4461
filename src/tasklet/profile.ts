import { VALUE_TYPE, type FuncType, type ValueType } from './wasm/index.ts';

/** Names that begin with this belong to the meter (ABI.md §1). */
export const RESERVED_EXPORT_PREFIX = '__grafos_';

/** The one memory's export. */
export const MEMORY_EXPORT = 'memory';

const { i32, i64 } = VALUE_TYPE;

/** Functions that every tasklet exports, with their types (ABI.md §1). */
export const REQUIRED_FUNCTIONS: ReadonlyMap<string, FuncType> = new Map([
  ['_grafos_tasklet_init', takes(i32, i32).gives()],
  ['_grafos_tasklet_run', takes(i32, i32).gives(i32)],
  ['_grafos_tasklet_finalize', takes(i32).gives()],
]);

/** Everything that a tasklet may import: by module, then by name (ABI.md §2). */
export const ALLOWED_IMPORTS: ReadonlyMap<string, ReadonlyMap<string, FuncType>> = new Map([
  [
    'grafos_tasklet_v0',
    new Map([
      ['context_read', takes(i32, i32, i32).gives(i32)],
      ['input_read', takes(i32, i32, i32).gives(i32)],
      ['output_write', takes(i32, i32).gives(i32)],
      ['response_write', takes(i32, i32).gives(i32)],
      ['log', takes(i32, i32, i32).gives(i32)],
      ['clock_now', takes().gives(i64)],
      ['random_fill', takes(i32, i32).gives(i32)],
      ['fuel_remaining', takes().gives(i64)],
      ['progress', takes(i32, i32).gives(i32)],
    ]),
  ],
  [
    'fabricbios_fbmu_v0',
    new Map([
      ['hello', takes(i32).gives(i32)],
      ['size', takes(i32).gives(i64)],
      ['read', takes(i32, i64, i32, i32).gives(i32)],
      ['write', takes(i32, i64, i32, i32).gives(i32)],
      ['fill', takes(i32, i64, i32, i32).gives(i32)],
      ['readv', takes(i32, i32, i32).gives(i32)],
      ['writev', takes(i32, i32, i32).gives(i32)],
      ...atomics('32', i32),
      ...atomics('64', i64),
      ['wait32', takes(i32, i64, i32, i32).gives(i32)],
      ['notify', takes(i32, i64, i32).gives(i32)],
      ['structure', takes(i32, i32, i32, i32, i32).gives(i32)],
      ['lease_query', takes(i32, i32).gives(i32)],
      ['lease_renew', takes(i32, i32).gives(i32)],
      ['lease_free', takes(i32).gives(i32)],
    ]),
  ],
]);

/** Atomics of one width: each takes the place of the word, its operands, and where the word before goes. */
function atomics(width: '32' | '64', word: ValueType): readonly (readonly [string, FuncType])[] {
  const changes = ['store', 'add', 'sub', 'and', 'or', 'xor', 'exchange'];
  return [
    [`load${width}`, takes(i32, i64, i32).gives(i32)],
    ...changes.map((name) => [name + width, takes(i32, i64, word, i32).gives(i32)] as const),
    [`compare_exchange${width}`, takes(i32, i64, word, word, i32).gives(i32)],
  ];
}

function takes(...params: ValueType[]): { gives(...results: ValueType[]): FuncType } {
  return { gives: (...results) => ({ params, results }) };
}

export function sameFuncType(left: FuncType, right: FuncType): boolean {
  return sameTypes(left.params, right.params) && sameTypes(left.results, right.results);
}

function sameTypes(left: readonly ValueType[], right: readonly ValueType[]): boolean {
  return left.length === right.length && left.every((type, index) => type === right[index]);
}
