/**
 * wasm owns the WebAssembly binary format: reading, validating and writing modules of the tasklet profile's features.
 * It accepts what every engine accepts of those features, refuses the rest with a typed denial that says what and where,
 * and takes bounded time and memory for any bytes.
 */
export { Cursor } from './cursor.ts';
export { shownName, WasmFault, type WasmDenial, type WasmDenialCode } from './denial.ts';
export {
  describeModule,
  exportTypeText,
  importTypeText,
  inspectModule,
  type ExternInfo,
  type ModuleInfo,
} from './inspect.ts';
export {
  alignmentOf,
  EMPTY_BLOCK,
  IMMEDIATE,
  immediateOf,
  Instruction,
  isPlain,
  lanesOf,
  opcodeName,
  opcodeOf,
  PREFIX,
  readInstruction,
  signatureOf,
  slotOf,
} from './instruction/index.ts';
export {
  readModule,
  SECTION,
  sectionName,
  type Code,
  type DataSegment,
  type ElementSegment,
  type Export,
  type ExternKind,
  type GlobalType,
  type Import,
  type LocalRun,
  type ModuleLayout,
  type Section,
  type TableType,
} from './layout/index.ts';
export { WASM_LIMITS } from './limits.ts';
export {
  featureNames,
  funcTypeText,
  VALUE_TYPE,
  valueTypeName,
  type FeatureName,
  type FuncType,
  type Limits,
  type ValueType,
} from './types.ts';
export { validateModule, Validator, type InstructionVisitor } from './validate/index.ts';
export { ByteWriter, sizeOfU32 } from './writer.ts';
