import {
  Cursor,
  Instruction,
  opcodeOf,
  readInstruction,
  SECTION,
  VALUE_TYPE,
  type ModuleLayout,
} from '../../wasm/index.ts';

const REF_FUNC = opcodeOf('ref.func');
const END = opcodeOf('end');

/** Functions that tables, segments and globals of the module name: an indirect call may reach them. */
export function functionsNamed(layout: ModuleLayout): ReadonlySet<number> {
  const named = new Set<number>();
  for (const { id, start, end } of layout.sections) {
    const cursor = new Cursor(layout.bytes, start, end);
    if (id === SECTION.element) readElements(cursor, named);
    else if (id === SECTION.global) readGlobals(cursor, named);
  }
  return named;
}

/** Whether the host may put its own functions where the module calls indirectly, or call those that it finds there. */
export function exchangesFunctions(layout: ModuleLayout): boolean {
  const isReference = (type: number): boolean => type === VALUE_TYPE.funcref;
  const takesOrGives = (typeIndex: number | undefined): boolean => {
    const type = layout.types[typeIndex ?? -1];
    return type !== undefined && (type.params.some(isReference) || type.results.some(isReference));
  };
  return (
    layout.imports.some(
      (item) =>
        item.kind === 'table' ||
        (item.kind === 'global' && isReference(item.global.type)) ||
        (item.kind === 'function' && takesOrGives(item.typeIndex)),
    ) ||
    layout.exports.some(
      ({ kind, index }) =>
        kind === 'table' ||
        (kind === 'global' && isReference(layout.globals[index]?.type ?? 0)) ||
        (kind === 'function' && takesOrGives(layout.functionTypeIndices[index])),
    )
  );
}

function readGlobals(cursor: Cursor, named: Set<number>): void {
  for (let left = cursor.u32(); left > 0; left--) {
    cursor.skip(2);
    readExpression(cursor, named);
  }
}

/** The eight forms of a segment (§5.5.12). */
function readElements(cursor: Cursor, named: Set<number>): void {
  for (let left = cursor.u32(); left > 0; left--) {
    const flags = cursor.u32();
    const isActive = (flags & 1) === 0;
    const isExplicit = (flags & 2) !== 0;
    const hasExpressions = (flags & 4) !== 0;
    if (isActive && isExplicit) cursor.u32();
    if (isActive) readExpression(cursor, named);
    if (!isActive || isExplicit) cursor.skip(1);
    for (let count = cursor.u32(); count > 0; count--) {
      if (hasExpressions) readExpression(cursor, named);
      else named.add(cursor.u32());
    }
  }
}

function readExpression(cursor: Cursor, named: Set<number>): void {
  const instruction = new Instruction();
  do {
    readInstruction(cursor, instruction);
    if (instruction.opcode === REF_FUNC) named.add(instruction.index);
  } while (instruction.opcode !== END);
}
