import { VALUE_TYPE, type ModuleLayout } from '../wasm/index.ts';
import { type TypeTable } from './type-table.ts';

/** Functions that take and give the fuel as values instead of leaving it in the global, and the types that they get for it. */
export class ThreadTypes {
  private readonly layout: ModuleLayout;
  private readonly types: TypeTable;
  private readonly threaded: Uint8Array;
  /** By type of the module: the type of those that do. */
  private readonly threadedTypes = new Map<number, number>();

  constructor(layout: ModuleLayout, types: TypeTable) {
    this.layout = layout;
    this.types = types;
    this.threaded = new Uint8Array(layout.functionTypeIndices.length);
  }

  thread(index: number): void {
    this.threaded[index] = 1;
  }

  isThreaded(index: number): boolean {
    return this.threaded[index] === 1;
  }

  /** The type that a function of the module has when it is metered. */
  typeIndexOf(index: number): number {
    const own = this.layout.functionTypeIndices[index] ?? 0;
    if (!this.isThreaded(index)) return own;
    const known = this.threadedTypes.get(own);
    if (known !== undefined) return known;
    const { params, results } = this.types.ofFunction(index);
    const { i64 } = VALUE_TYPE;
    const added = this.types.indexOf({ params: [...params, i64, i64], results: [...results, i64] });
    this.threadedTypes.set(own, added);
    return added;
  }
}
