import {
  DEFAULT_FAULTS,
  FAULT_KINDS,
  isFaultKind,
  onlyFaults,
  type FaultKind,
  type FaultModel,
} from '../../../sim/index.ts';
import { CommandError, unknownName } from '../../terminal/index.ts';

/** What to simulate. */
export interface SimPlan {
  readonly first: number;
  readonly seeds: number;
  readonly cells: number;
  readonly steps: number;
  /** As written: `all`, `none`, or names with commas. */
  readonly faults: string;
  /** Runs each seed a second time and compares. */
  readonly isReplayed: boolean;
}

/** The fault model that `--faults` names. Fails with `argument_invalid`. */
export function faultModelOf(written: string): FaultModel {
  if (written === 'all') return DEFAULT_FAULTS;
  if (written === 'none') return onlyFaults([]);
  return onlyFaults(written.split(',').map(faultKindOf));
}

/** The options that make another process do `plan`, or a part of it. */
export function wordsOf(plan: SimPlan): readonly string[] {
  const { first, seeds, cells, steps, faults, isReplayed } = plan;
  const numbers = { first, seeds, cells, steps };
  return [
    ...Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ...['--faults', faults],
    ...(isReplayed ? ['--replay'] : []),
  ];
}

/** The command that shows one seed of `plan` again, with its trace. */
export function commandFor(plan: SimPlan, seed: number): string {
  const faults = plan.faults === 'all' ? '' : ` --faults ${plan.faults}`;
  return `npm run sim -- --seed ${seed} --cells ${plan.cells} --steps ${plan.steps}${faults} --trace`;
}

/** `plan` in at most `count` parts of about the same size. */
export function partsOf(plan: SimPlan, count: number): readonly SimPlan[] {
  const size = Math.ceil(plan.seeds / count);
  return Array.from({ length: Math.ceil(plan.seeds / size) }, (_, index) => {
    const first = plan.first + index * size;
    return { ...plan, first, seeds: Math.min(size, plan.first + plan.seeds - first) };
  });
}

function faultKindOf(name: string): FaultKind {
  if (isFaultKind(name)) return name;
  throw CommandError.of('argument_invalid', unknownName('fault', name, ['all', 'none', ...FAULT_KINDS]));
}
