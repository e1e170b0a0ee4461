import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  attenuate,
  EVERY_OPERATION,
  operationSet,
  operationsOf,
  type Caveat,
  type Presentation,
  type Token,
} from '../../../src/capability/index.ts';
import { TOKEN_LIMITS } from '../../../src/core/index.ts';
import { errorOf, idOf, valueOf } from '../../support/index.ts';
import { HOLDER, MODULE, ORDER, SHOWN, STRANGER, world } from './world.ts';

const cell = fc.constantFrom(HOLDER, STRANGER);
const module = fc.constantFrom(MODULE, idOf.content('3'));
const position = fc.nat(200);

const caveat: fc.Arbitrary<Caveat> = fc.oneof(
  fc.integer({ min: 1, max: EVERY_OPERATION }).map((operations) => ({ kind: 'operations' as const, operations })),
  fc
    .tuple(position, fc.integer({ min: 1, max: 200 }))
    .map(([from, size]) => ({ kind: 'range' as const, from, to: from + size })),
  module.map((module) => ({ kind: 'module' as const, module })),
  cell.map((holder) => ({ kind: 'holder' as const, holder })),
  cell.map((tenant) => ({ kind: 'tenant' as const, tenant })),
  fc.integer({ min: 900, max: 1_100 }).map((atMs) => ({ kind: 'notAfter' as const, atMs })),
  fc.nat(4).map((hops) => ({ kind: 'hops' as const, hops })),
);

const presentation: fc.Arbitrary<Presentation> = fc.record(
  {
    presenter: cell,
    tenant: cell,
    module,
    wants: fc.record({
      operations: fc.integer({ min: 0, max: EVERY_OPERATION }).map(operationsOf),
      from: position,
      to: position,
    }),
  },
  { requiredKeys: ['presenter'] },
);

describe('attenuation', () => {
  test('never widens: what the narrower token allows, the wider one did', async () => {
    const { authority } = world();
    const root = await authority.mint(ORDER);
    let granted = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(caveat, { maxLength: 4 }), caveat, presentation, async (before, added, shown) => {
        let wide: Token = root;
        for (const each of before) {
          const narrowed = attenuate(wide, each);
          if (narrowed.ok) wide = narrowed.value;
        }
        const narrow = attenuate(wide, added);
        fc.pre(narrow.ok);
        const allowed = await authority.verify(valueOf(narrow), shown);
        if (!allowed.ok) return;
        granted++;
        const wider = valueOf(await authority.verify(wide, shown));
        expect(allowed.value.operations & ~wider.operations).toBe(0);
        expect(allowed.value.from).toBeGreaterThanOrEqual(wider.from);
        expect(allowed.value.to).toBeLessThanOrEqual(wider.to);
        expect(allowed.value.expiresAtMs).toBeLessThanOrEqual(wider.expiresAtMs);
        expect([undefined, allowed.value.module]).toContain(wider.module);
        expect(allowed.value).toMatchObject({ leaseId: wider.leaseId, tenant: wider.tenant, epoch: wider.epoch });
      }),
      { numRuns: 2_000 },
    );
    expect(granted).toBeGreaterThan(100);
  });

  test('any chain that attenuation makes is genuine', async () => {
    const { authority } = world();
    const root = await authority.mint(ORDER);
    await fc.assert(
      fc.asyncProperty(fc.array(caveat, { maxLength: 6 }), presentation, async (caveats, shown) => {
        let token: Token = root;
        for (const each of caveats) {
          const narrowed = attenuate(token, each);
          if (narrowed.ok) token = narrowed.value;
        }
        const verified = await authority.verify(token, shown);
        if (!verified.ok) expect(verified.error.map(({ code }) => code)).not.toContain('forged');
      }),
      { numRuns: 500 },
    );
  });

  test('leaves the token it was made of as it was', async () => {
    const { authority } = world();
    const token = await authority.mint(ORDER);
    valueOf(attenuate(token, { kind: 'range', from: 0, to: 1 }));
    expect(valueOf(await authority.verify(token, SHOWN)).to).toBe(Infinity);
  });

  test.each<Caveat>([
    { kind: 'operations', operations: 0 },
    { kind: 'operations', operations: EVERY_OPERATION + 1 },
    { kind: 'operations', operations: 1.5 },
    { kind: 'range', from: 4, to: 4 },
    { kind: 'range', from: -1, to: 4 },
    { kind: 'range', from: 0, to: Infinity },
    { kind: 'range', from: NaN, to: 1 },
    { kind: 'notAfter', atMs: 0.5 },
    { kind: 'hops', hops: -1 },
  ])('refuses a caveat that says nothing: %o', async (unsound) => {
    const token = await world().authority.mint(ORDER);
    expect(errorOf(attenuate(token, unsound))).toBe('caveat_invalid');
  });

  test('is bounded in number, in hops and in bytes', async () => {
    const root = await world().authority.mint(ORDER);
    const range: Caveat = { kind: 'range', from: 0, to: 8 };
    const add = (token: Token, each: Caveat, times: number): Token =>
      Array.from({ length: times }).reduce<Token>((longer) => valueOf(attenuate(longer, each)), token);
    const full = add(root, range, TOKEN_LIMITS.caveatsMax);
    expect(errorOf(attenuate(full, range))).toBe('too_many_caveats');
    const spent = add(valueOf(attenuate(root, { kind: 'hops', hops: 2 })), range, 2);
    expect(errorOf(attenuate(spent, range))).toBe('no_hops_left');
    const large = add(root, { kind: 'module', module: MODULE }, 11);
    expect(errorOf(attenuate(large, { kind: 'module', module: MODULE }))).toBe('token_too_large');
  });

  test('an operation set holds what was put in', () => {
    expect(operationsOf(operationSet(['write', 'read', 'write']))).toEqual(['read', 'write']);
    expect(operationsOf(operationSet([]))).toEqual([]);
    expect(operationSet(operationsOf(EVERY_OPERATION))).toBe(EVERY_OPERATION);
  });
});
