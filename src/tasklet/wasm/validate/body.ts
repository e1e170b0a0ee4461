import { assert } from '../../../core/index.ts';
import { invalid } from '../denial.ts';
import { type ModuleLayout } from '../layout/index.ts';
import { FEATURE_BIT, isReferenceType, VALUE_TYPE, type FuncType, type ValueType } from '../types.ts';
import { FRAME, Frames } from './frames.ts';
import { Operands, UNKNOWN } from './operands.ts';

/** The state of one function body under validation; used again for the next, so that bodies cost no memory each. */
export class Body {
  readonly layout: ModuleLayout;
  readonly operands = new Operands();
  readonly frames: Frames;
  type: FuncType = { params: [], results: [] };
  /** Types of parameters and locals; valid up to `localCount`. */
  localTypes = new Uint8Array(256);
  localCount = 0;
  readonly hasMemory: boolean;
  /** Bits of FEATURE_BIT seen in code. */
  features = 0;

  constructor(layout: ModuleLayout) {
    this.layout = layout;
    this.frames = new Frames(this.operands, layout.types);
    this.hasMemory = layout.memories.length > 0;
  }

  /** Makes ready for the body `codeIndex`. */
  enter(codeIndex: number): void {
    const { layout, operands, frames } = this;
    const code = layout.codes[codeIndex];
    const typeIndex = layout.functionTypeIndices[layout.importedFunctionCount + codeIndex];
    const type = typeIndex === undefined ? undefined : layout.types[typeIndex];
    assert(code !== undefined && typeIndex !== undefined && type !== undefined, 'a body that the layout holds');
    this.type = type;
    operands.at = code.bodyStart;
    operands.height = 0;
    operands.base = 0;
    operands.unreachable = false;
    this.declare(type.params, code.localCount);
    let at = type.params.length;
    for (const { count, type: local } of code.locals) {
      this.localTypes.fill(local, at, at + count);
      at += count;
    }
    this.localCount = at;
    frames.count = 0;
    frames.open(FRAME.function, typeIndex);
  }

  localType(index: number): ValueType {
    if (index >= this.localCount) throw invalid(`unknown local ${index}`, this.operands.at);
    return this.localTypes[index] ?? UNKNOWN;
  }

  requireMemory(): void {
    if (!this.hasMemory) throw invalid('unknown memory 0', this.operands.at);
  }

  /** Notes the feature that a value type came with. */
  noteType(type: ValueType): void {
    if (isReferenceType(type)) this.features |= FEATURE_BIT['reference types'];
    else if (type === VALUE_TYPE.v128) this.features |= FEATURE_BIT.simd;
  }

  private declare(params: readonly ValueType[], localCount: number): void {
    const total = params.length + localCount;
    this.operands.spend(total);
    if (total > this.localTypes.length) this.localTypes = new Uint8Array(total * 2);
    this.localTypes.set(params);
  }
}
