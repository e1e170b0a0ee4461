import { invalid, limitExceeded } from '../denial.ts';
import { EMPTY_BLOCK } from '../instruction/index.ts';
import { WASM_LIMITS } from '../limits.ts';
import { type FuncType, type ValueType } from '../types.ts';
import { type Operands } from './operands.ts';

/** What opened a frame. */
export const FRAME = { function: 0, block: 2, loop: 3, if: 4, else: 5 } as const;

const NOTHING: readonly ValueType[] = [];
/** The result types of a block whose type is one value type, by that type's byte. */
const ONE_RESULT: readonly (readonly ValueType[])[] = Array.from({ length: 128 }, (_, byte) => [byte]);

/** The blocks that are open, outermost first: the function's own body, then what stands in it. */
export class Frames {
  count = 0;
  private readonly kinds = new Uint8Array(WASM_LIMITS.nestingMax + 1);
  private readonly types = new Int32Array(WASM_LIMITS.nestingMax + 1);
  private readonly bases = new Int32Array(WASM_LIMITS.nestingMax + 1);
  private readonly unreachable = new Uint8Array(WASM_LIMITS.nestingMax + 1);
  private readonly operands: Operands;
  private readonly funcTypes: readonly FuncType[];

  constructor(operands: Operands, funcTypes: readonly FuncType[]) {
    this.operands = operands;
    this.funcTypes = funcTypes;
  }

  /** Opens a frame over the operands on the stack; its parameters must have been popped. */
  open(kind: number, blockType: number): void {
    const { operands, count } = this;
    if (count > WASM_LIMITS.nestingMax) {
      throw limitExceeded('blocks within blocks', count, WASM_LIMITS.nestingMax, operands.at);
    }
    this.kinds[count] = kind;
    this.types[count] = blockType;
    this.bases[count] = operands.base;
    this.unreachable[count] = operands.unreachable ? 1 : 0;
    this.count = count + 1;
    operands.base = operands.height;
    operands.unreachable = false;
    if (blockType >= 0 && kind !== FRAME.function) operands.pushAll(this.paramsOf(blockType));
  }

  /** Closes the innermost frame and answers its block type. Its results must lie on the stack, and nothing else. */
  close(): number {
    const { operands } = this;
    const top = this.count - 1;
    const blockType = this.types[top] ?? EMPTY_BLOCK;
    if (blockType !== EMPTY_BLOCK) operands.popAll(this.resultsOf(blockType));
    if (operands.height !== operands.base) {
      throw invalid('type mismatch: values remaining on the stack at the end of a block', operands.at);
    }
    this.count = top;
    operands.base = this.bases[top] ?? 0;
    operands.unreachable = this.unreachable[top] === 1;
    return blockType;
  }

  /** What opened the innermost frame. */
  innermost(): number {
    return this.kinds[this.count - 1] ?? FRAME.function;
  }

  /** What a branch to the label `depth` frames out must leave on the stack. */
  labelTypes(depth: number): readonly ValueType[] {
    const index = this.count - 1 - depth;
    if (index < 0) throw invalid(`unknown label ${depth}`, this.operands.at);
    const blockType = this.types[index] ?? EMPTY_BLOCK;
    if (blockType === EMPTY_BLOCK) return NOTHING;
    return this.kinds[index] === FRAME.loop ? this.paramsOf(blockType) : this.resultsOf(blockType);
  }

  paramsOf(blockType: number): readonly ValueType[] {
    return blockType < 0 ? NOTHING : (this.funcTypes[blockType]?.params ?? NOTHING);
  }

  resultsOf(blockType: number): readonly ValueType[] {
    if (blockType === EMPTY_BLOCK) return NOTHING;
    if (blockType < 0) return ONE_RESULT[blockType + 0x80] ?? NOTHING;
    return this.funcTypes[blockType]?.results ?? NOTHING;
  }
}
