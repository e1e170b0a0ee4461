import { assert } from '../../core/index.ts';
import { EMPTY_BLOCK, type FuncType, type ModuleLayout } from '../wasm/index.ts';

/** The module's types and those that the meter adds after them. */
export class TypeTable {
  readonly added: FuncType[] = [];
  private readonly layout: ModuleLayout;
  private readonly indices = new Map<string, number>();

  constructor(layout: ModuleLayout) {
    this.layout = layout;
  }

  /** The type of a function of the module. */
  ofFunction(index: number): FuncType {
    const type = this.layout.types[this.layout.functionTypeIndices[index] ?? -1];
    assert(type !== undefined, 'a function has no type');
    return type;
  }

  /** The block type of these results. */
  blockOf(results: readonly number[]): number {
    if (results.length === 0) return EMPTY_BLOCK;
    return results.length === 1 ? (results[0] ?? 0) - 0x80 : this.indexOf({ params: [], results });
  }

  /** What equal types of the module have in common, and no others. */
  canonical(index: number): string {
    const type = this.layout.types[index];
    assert(type !== undefined, 'a type is not there');
    return keyOf(type);
  }

  /** The index of an equal type, which is added when the meter asks for it first. */
  indexOf(type: FuncType): number {
    const key = keyOf(type);
    const known = this.indices.get(key);
    if (known !== undefined) return known;
    const index = this.layout.types.length + this.added.push(type) - 1;
    this.indices.set(key, index);
    return index;
  }
}

function keyOf({ params, results }: FuncType): string {
  return `${params.join()}>${results.join()}`;
}
