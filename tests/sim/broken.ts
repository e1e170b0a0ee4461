import { vi } from 'vitest';
import type { simulate as Simulate } from '../../src/sim/index.ts';

/** A cell broken on purpose: one module of the product, replaced by one that forgets one rule. */
export interface Mutant {
  readonly name: string;
  /** Rules any of which may be the first to notice. */
  readonly rules: readonly string[];
  /** The modules that are replaced, each with what makes the broken exports of the real ones. */
  readonly install: () => void;
}

export const PATHS = {
  book: '../../src/lease/lending/lease-book.ts',
  lessor: '../../src/lease/lending/lessor.ts',
  renewal: '../../src/lease/holding/renewal.ts',
  holder: '../../src/lease/holding/holder.ts',
  resource: '../../src/lease/resource.ts',
  verify: '../../src/capability/verify.ts',
  authority: '../../src/capability/authority.ts',
  session: '../../src/capability/session.ts',
  lending: '../../src/cell/lending/lending.ts',
  executor: '../../src/cell/running/executor.ts',
  witness: '../../src/cell/lending/witness.ts',
  record: '../../src/audit/record.ts',
  desk: '../../src/cell/regions/region-desk.ts',
  region: '../../src/memory/local/local-region.ts',
  memory: '../../src/memory/region-memory.ts',
  proofs: '../../src/steward/proofs.ts',
  rules: '../../src/steward/rules.ts',
  policies: '../../src/steward/policy-book.ts',
  roster: '../../src/membership/roster.ts',
  mender: '../../src/membership/mending/mender.ts',
} as const;

/** The simulator over cells of this kind. */
export async function simulatorOf(mutant: Mutant): Promise<typeof Simulate> {
  vi.resetModules();
  for (const path of Object.values(PATHS)) vi.doUnmock(path);
  mutant.install();
  const { simulate } = await import('../../src/sim/index.ts');
  return simulate;
}

/** From now on the real modules again. */
export function healModules(): void {
  for (const path of Object.values(PATHS)) vi.doUnmock(path);
  vi.resetModules();
}

/** Replaces exports of one module. */
export function replace<Real extends object>(path: string, broken: (real: Real) => Partial<Real>): void {
  vi.doMock(path, async (original) => {
    const real = await original<Real>();
    return { ...real, ...broken(real) };
  });
}
