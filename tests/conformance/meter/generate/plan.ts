/** Decides what a module has before any of its code is written. */
import { F32, F64, I32, I64, type ValueType } from './code/operators.ts';
import type { Random } from './random.ts';
import {
  someType,
  typeIndexOf,
  type FunctionKind,
  type FunctionShape,
  type FunctionType,
  type ModuleShape,
} from './shape.ts';

/** Slots of table 0. */
export const SLOTS = 8;

/** What the host gives when a module imports it; see `host.ts` above. */
export const IMPORTS = {
  note: { params: [I32], results: [] },
  pair: { params: [I64, F64], results: [I32, I64] },
  charge: { params: [I32], results: [I32] },
} as const;

export function planModule(random: Random, tailCalls: boolean): ModuleShape {
  const usesVectors = random.chance(0.3);
  const types: FunctionType[] = [];
  const imported = random.chance(0.5) ? Object.values(IMPORTS) : [];
  const functions: FunctionShape[] = [
    ...imported.map((type) => ({ typeIndex: typeIndexOf({ types }, type), kind: 'import' }) as const),
    ...planFunctions(random, types, usesVectors),
  ];
  const globals = Array.from({ length: random.between(0, 4) }, () => ({
    type: someType(random, usesVectors),
    mutable: random.chance(0.7),
  }));
  // An imported global moves the index of every other, and that of the one which the meter adds.
  const importedGlobals = imported.length > 0 && random.chance(0.5) ? [{ type: I32, mutable: false } as const] : [];
  return {
    types,
    functions,
    importedFunctions: imported.length,
    globals: [...importedGlobals, ...globals, { type: I32, mutable: true }],
    importedGlobals: importedGlobals.length,
    stepsGlobal: importedGlobals.length + globals.length,
    hasMemory: random.chance(0.85),
    ...planReferences(random, types, functions),
    dataSegments: random.below(3),
    elementSegments: random.below(2),
    risky: random.chance(0.3),
    usesVectors,
    usesTailCalls: tailCalls && random.chance(0.4),
  };
}

function planFunctions(random: Random, types: FunctionType[], usesVectors: boolean): readonly FunctionShape[] {
  const kinds = random.pick<readonly (readonly [number, FunctionKind])[]>([
    [
      [2, 'leaf'],
      [2, 'layered'],
      [4, 'entry'],
      [2, 'site'],
    ],
    [
      [1, 'leaf'],
      [4, 'layered'],
    ],
    [
      [1, 'leaf'],
      [1, 'layered'],
      [4, 'site'],
    ],
  ]);
  return Array.from({ length: random.between(1, 6) }, () => {
    const many = (most: number): ValueType[] =>
      Array.from({ length: random.between(0, most) }, () => someType(random, usesVectors && random.chance(0.3)));
    const known = types.length > 0 && random.chance(0.4) ? random.pick(types) : undefined;
    const typeIndex = typeIndexOf({ types }, known ?? { params: many(3), results: many(2) });
    return { typeIndex, kind: random.weighted(kinds) };
  });
}

/** Who is exported, what tables there are and whom they name: it decides who may call whom unseen. */
function planReferences(
  random: Random,
  types: readonly FunctionType[],
  functions: readonly FunctionShape[],
): Pick<ModuleShape, 'tables' | 'slots' | 'referable' | 'exported'> {
  const all = functions.map((_, index) => index);
  const isOwn = (index: number): boolean => functions[index]?.kind !== 'import';
  const candidates = all.filter((index) => isOwn(index) && isCallable(types[functions[index]?.typeIndex ?? -1]));
  const kept = random.chance(0.5) ? candidates : candidates.filter(() => random.chance(0.4));
  const exported = kept.length > 0 ? kept : candidates.slice(0, 1);
  const tables = random.pick(['none', 'closed', 'closed', 'open'] as const);
  // Without a guard of its own a function may not be called by whoever finds it.
  const safe = all.filter((index) => ['import', 'leaf', 'entry'].includes(functions[index]?.kind ?? ''));
  const held = tables === 'open' ? safe : safe.filter(() => random.chance(0.4));
  const fullness = random.pick([0.85, 1]);
  const slots = Array.from({ length: SLOTS }, () =>
    held.length > 0 && random.chance(fullness) ? random.pick(held) : undefined,
  );
  if (tables === 'open') return { tables, slots, referable: all, exported };
  const inSlots = tables === 'closed' ? slots.filter((index) => index !== undefined) : [];
  return { tables, slots, referable: random.chance(0.5) ? [...inSlots, ...exported] : inSlots, exported };
}

/** JavaScript can neither give nor take vectors. */
export function isCallable(type: FunctionType | undefined): boolean {
  const plain: readonly ValueType[] = [I32, I64, F32, F64];
  return type !== undefined && [...type.params, ...type.results].every((one) => plain.includes(one));
}
