import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { CellId, LeaseId } from '../../../src/core/index.ts';
import { CountedResource, Lessor, type LeaseKind } from '../../../src/lease/index.ts';
import { idOf, ManualTime, testEnv } from '../../support/index.ts';

const TOTAL: Readonly<Record<LeaseKind, number>> = { cpu: 4, mem: 20 };
const HOLDERS = [idOf.cell('a'), idOf.cell('b'), idOf.cell('c')];

/** What a lessor should know, kept as plainly as can be. */
interface ModelLease {
  readonly leaseId: LeaseId;
  readonly holder: CellId;
  readonly kind: LeaseKind;
  readonly quantity: number;
  expiresAtMs: number;
  generation: number;
  graceEndsAtMs: number;
  isFenced: boolean;
  state: 'active' | 'ended';
  epoch: number;
}

interface Real {
  readonly time: ManualTime;
  readonly lessor: Lessor;
}

function endOf({ expiresAtMs, graceEndsAtMs }: ModelLease): number {
  return Math.min(expiresAtMs, graceEndsAtMs);
}

class Model {
  readonly leases: ModelLease[] = [];
  readonly epochs: Record<LeaseKind, number> = { cpu: 0, mem: 0 };

  freeOf(kind: LeaseKind): number {
    return this.leases.reduce((left, lease) => left - (lease.kind === kind ? lease.quantity : 0), TOTAL[kind]);
  }

  /** The lease a command means: any that was ever granted and not reclaimed. */
  pick(index: number): ModelLease | undefined {
    return this.leases[index % Math.max(1, this.leases.length)];
  }
}

type Step = fc.Command<Model, Real>;

function step(name: string, run: (model: Model, real: Real) => void): Step {
  return {
    check: () => true,
    run: (model, real) => {
      run(model, real);
      agree(model, real);
    },
    toString: () => name,
  };
}

/** Every promise that can be read off the lessor at any time. */
function agree(model: Model, { lessor, time }: Real): void {
  for (const kind of ['cpu', 'mem'] as const) {
    expect(lessor.capacity(kind)).toEqual({ total: TOTAL[kind], free: model.freeOf(kind) });
    expect(model.freeOf(kind)).toBeGreaterThanOrEqual(0);
  }
  expect(lessor.leases().map(({ leaseId }) => leaseId)).toEqual(model.leases.map(({ leaseId }) => leaseId));
  const due = model.leases.filter(({ state }) => state === 'active').map(endOf);
  expect(lessor.nextDueMs()).toBe(due.length > 0 ? Math.min(...due) : undefined);
  for (const lease of model.leases) {
    const isUsable = lease.state === 'active' && time.nowMs() < endOf(lease);
    expect(lessor.check(lease.holder, lease.leaseId, lease.kind).ok).toBe(isUsable);
    for (const stranger of HOLDERS) {
      if (stranger !== lease.holder) expect(lessor.check(stranger, lease.leaseId, lease.kind).ok).toBe(false);
    }
  }
}

const holder = fc.constantFrom(...HOLDERS);
const wish = fc.record({
  kind: fc.constantFrom<LeaseKind>('cpu', 'mem'),
  quantity: fc.integer({ min: 1, max: 6 }),
  ttlMs: fc.integer({ min: 100, max: 2_000 }),
});

const grants = fc.tuple(holder, fc.array(wish, { minLength: 1, maxLength: 3 })).map(([by, wishes]) =>
  step(`grant ${JSON.stringify(wishes)}`, (model, { lessor, time }) => {
    const asked = { cpu: 0, mem: 0 };
    for (const { kind, quantity } of wishes) asked[kind] += quantity;
    const fits = asked.cpu <= model.freeOf('cpu') && asked.mem <= model.freeOf('mem');
    const granted = lessor.grant(by, wishes);
    expect(granted.ok).toBe(fits);
    if (!granted.ok) return;
    for (const lease of granted.value) {
      expect(lease.epoch).toBeGreaterThan(model.epochs[lease.kind]);
      model.epochs[lease.kind] = lease.epoch;
      const { leaseId, kind, quantity, epoch } = lease;
      expect(lease.expiresAtMs).toBe(time.nowMs() + lease.ttlMs);
      model.leases.push({
        leaseId,
        holder: by,
        kind,
        quantity,
        expiresAtMs: lease.expiresAtMs,
        generation: 1,
        graceEndsAtMs: Infinity,
        isFenced: false,
        state: 'active',
        epoch,
      });
    }
  }),
);

const frees = fc.tuple(holder, fc.nat({ max: 20 })).map(([by, index]) =>
  step(`free ${index}`, (model, { lessor }) => {
    const lease = model.pick(index);
    if (!lease) return;
    const isEnding = lease.holder === by && lease.state === 'active';
    expect(lessor.free(by, lease.leaseId)?.leaseId).toBe(isEnding ? lease.leaseId : undefined);
    if (isEnding) lease.state = 'ended';
  }),
);

const goodbyes = holder.map((by) =>
  step('goodbye', (model, { lessor }) => {
    const meant = model.leases.filter((lease) => lease.holder === by && lease.state === 'active');
    expect(lessor.holderLeft(by).ended.map(({ leaseId }) => leaseId)).toEqual(meant.map(({ leaseId }) => leaseId));
    for (const lease of meant) lease.state = 'ended';
  }),
);

const ticks = fc.integer({ min: 0, max: 900 }).map((durationMs) =>
  step(`sleep ${durationMs} and tick`, (model, { lessor, time }) => {
    time.sleep(durationMs);
    const due = model.leases.filter((lease) => lease.state === 'active' && endOf(lease) <= time.nowMs());
    const expired = lessor.tick();
    expect(new Set(expired.map(({ leaseId }) => leaseId))).toEqual(new Set(due.map(({ leaseId }) => leaseId)));
    for (const lease of due) lease.state = 'ended';
  }),
);

const sleeps = fc
  .integer({ min: 1, max: 600 })
  .map((durationMs) => step(`sleep ${durationMs}`, (_model, { time }) => time.sleep(durationMs)));

const reclaims = fc.nat({ max: 20 }).map((index) =>
  step(`reclaim ${index}`, (model, { lessor }) => {
    const lease = model.pick(index);
    if (!lease) return;
    lessor.reclaim(lease.leaseId);
    if (lease.state === 'ended' && !lease.isFenced) model.leases.splice(model.leases.indexOf(lease), 1);
  }),
);

const renewals = fc.tuple(holder, fc.nat({ max: 20 }), fc.nat({ max: 1 })).map(([by, index, isStale]) =>
  step(`renew ${index}`, (model, { lessor, time }) => {
    const lease = model.pick(index);
    if (!lease) return;
    const isAlive = lease.state === 'active' && time.nowMs() < endOf(lease) && lease.graceEndsAtMs === Infinity;
    const renewed = lessor.renew(by, lease.leaseId, lease.generation - isStale);
    expect(renewed.ok).toBe(isAlive && lease.holder === by && isStale === 0);
    if (!renewed.ok) return;
    expect(renewed.value.generation).toBe(++lease.generation);
    lease.expiresAtMs = time.nowMs() + renewed.value.ttlMs;
    expect(renewed.value.expiresAtMs).toBe(lease.expiresAtMs);
  }),
);

const revokes = fc.tuple(fc.nat({ max: 20 }), fc.constantFrom(0, 50, 400)).map(([index, graceMs]) =>
  step(`revoke ${index} after ${graceMs}`, (model, { lessor, time }) => {
    const lease = model.pick(index);
    if (!lease) return;
    const isNews = lease.state === 'active' && (graceMs === 0 || lease.graceEndsAtMs === Infinity);
    expect(lessor.revoke(lease.leaseId, graceMs, 'lessor') !== undefined).toBe(isNews);
    if (!isNews) return;
    if (graceMs === 0) lease.state = 'ended';
    else lease.graceEndsAtMs = time.nowMs() + graceMs;
    lessor.warned(lease.leaseId);
  }),
);

const checkpoints = fc.tuple(holder, fc.nat({ max: 20 })).map(([by, index]) =>
  step(`checkpoint ${index}`, (model, { lessor }) => {
    const lease = model.pick(index);
    if (!lease) return;
    const isNews = lease.state === 'active' && lease.graceEndsAtMs < Infinity && lease.holder === by;
    expect(lessor.checkpointed(by, lease.leaseId) !== undefined).toBe(isNews);
    if (isNews) lease.state = 'ended';
  }),
);

const fences = fc.tuple(fc.nat({ max: 20 }), fc.boolean()).map(([index, isUnfencing]) =>
  step(isUnfencing ? `unfence ${index}` : `fence ${index}`, (model, { lessor }) => {
    const lease = model.pick(index);
    if (!lease) return;
    if (isUnfencing) {
      expect(lessor.unfence(lease.leaseId) !== undefined).toBe(lease.isFenced);
      if (lease.isFenced) model.leases.splice(model.leases.indexOf(lease), 1);
      return;
    }
    const isNews = lease.state === 'ended' && !lease.isFenced;
    expect(lessor.fence(lease.leaseId) !== undefined).toBe(isNews);
    if (isNews) lease.isFenced = true;
  }),
);

describe('the lessor', () => {
  test('agrees with a plain model, whatever is asked of it in whatever order', () => {
    const commands = fc.commands(
      [grants, frees, goodbyes, ticks, sleeps, reclaims, renewals, revokes, checkpoints, fences],
      { maxCommands: 60 },
    );
    fc.assert(
      fc.property(commands, (steps) => {
        fc.modelRun(() => {
          const time = new ManualTime();
          const providers = [
            new CountedResource('cpu', TOTAL.cpu, 'slots'),
            new CountedResource('mem', TOTAL.mem, 'bytes'),
          ];
          return { model: new Model(), real: { time, lessor: new Lessor(testEnv(time, 'model'), providers) } };
        }, steps);
      }),
      { seed: 20_261_123, numRuns: 200 },
    );
  });
});
