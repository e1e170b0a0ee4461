import { beforeEach, describe, expect, test } from 'vitest';
import { err, failure, FabricError, ok, type FabricFailure, type Result } from '../../../src/core/index.ts';
import {
  FabricClient,
  type FabricSnapshot,
  type HostPort,
  type LeaseEvent,
  type LeaseOrder,
  type LeaseView,
} from '../../../src/sdk/index.ts';
import { fakeCell, fakeLease, fakeSnapshot } from '../../ui/preview/fake-snapshots.ts';
import { idOf, seededRandom } from '../../support/index.ts';

const leaseId = idOf.lease('4');
const lessor = idOf.cell('b');
const view = (change: Partial<LeaseView> = {}): LeaseView => fakeLease(1, { leaseId, lessor, ...change });

let orders: LeaseOrder[];
let calls: string[];
let answer: Result<LeaseView, FabricFailure>;
let fabric: FabricClient;

beforeEach(() => {
  orders = [];
  calls = [];
  answer = ok(view());
  const said = (text: string) => Promise.resolve(void calls.push(text));
  const port: HostPort = {
    acquireLease: (order) => Promise.resolve((orders.push(order), answer)),
    acquireLeases: (several) =>
      Promise.resolve((orders.push(...several), answer)).then((each) =>
        each.ok ? ok(several.map(() => each.value)) : each,
      ),
    renewLease: (id, ttlMs) => said(`renew ${id.slice(0, 2)} ${ttlMs ?? ''}`).then(() => answer),
    openLease: (ref) => said(`open ${ref}`).then(() => answer),
    attachLease: (id, on) => said(`attach ${id.slice(0, 2)} ${on?.slice(0, 2) ?? ''}`).then(() => answer),
    leaseRef: () => Promise.resolve(ok('the ref')),
    leaseCheckpointed: () => Promise.resolve(ok(undefined)),
    freeLease: (id) => said(`free ${id.slice(0, 2)}`),
    revokeLease: (id, graceMs) => said(`revoke ${id.slice(0, 2)} ${graceMs}`).then(() => ok('torn_down')),
    unfenceLease: () => Promise.resolve(true),
    steward: () => Promise.resolve(err(failure('not_steward', 'not here'))),
    openRegion: () => Promise.resolve(err(failure('revoked', 'taken back'))),
    openWarm: () => Promise.resolve(err(failure('revoked', 'taken back'))),
    submit: () => Promise.resolve(err(failure('internal', 'no runs here'))),
    cancel: () => Promise.resolve(),
    openMap: () => Promise.resolve(ok(undefined)),
    submitPart: () => Promise.resolve(err(failure('runtime_not_ready', 'no maps here'))),
    closeMap: () => Promise.resolve(),
    artifacts: () => Promise.resolve(undefined),
    audit: () => Promise.resolve(err(failure('internal', 'no audit here'))),
    rename: () => Promise.resolve(ok(undefined)),
    leave: () => Promise.resolve(),
  };
  const env = { clock: { nowMs: () => 0, wallMs: () => 0 }, random: seededRandom('sdk') };
  const first: FabricSnapshot = fakeSnapshot([fakeCell(0), fakeCell(1)]);
  fabric = new FabricClient(port, env, first);
});

const about = { leaseId, side: 'holder' } as const;

describe('a lease builder', () => {
  test('has the same steps for every kind, and defaults for what is not said', async () => {
    await fabric.lease.cpu().acquire();
    await fabric.lease.mem({ bytes: 64 }).ttl(5_000).on(lessor).tier('scavenger').keepAlive().keep().acquire();
    expect(orders).toEqual([
      { kind: 'cpu', quantity: 1, ttlMs: 30_000, tier: 'standard', isKeptAlive: false, isKept: false, on: 'any' },
      { kind: 'mem', quantity: 64, ttlMs: 5_000, tier: 'scavenger', isKeptAlive: true, isKept: true, on: lessor },
    ]);
  });

  test('does nothing before it acquires, and each step leaves the one before as it was', async () => {
    const short = fabric.lease.cpu({ slots: 2 }).ttl(1_000);
    short.ttl(9_000);
    expect(orders).toEqual([]);
    await short.acquire();
    expect(orders.map(({ ttlMs }) => ttlMs)).toEqual([1_000]);
  });

  test('rejects with the refusal as an error', async () => {
    answer = err(failure('capacity_exceeded', 'full'));
    const refused = fabric.lease.cpu().acquire();
    await expect(refused).rejects.toBeInstanceOf(FabricError);
    await expect(refused).rejects.toMatchObject({ code: 'capacity_exceeded' });
  });
});

describe('a lease handle', () => {
  test('renews, shares, reports and frees through the host, and frees when it is disposed of', async () => {
    const lease = await fabric.lease.cpu().acquire();
    answer = ok(view({ generation: 2 }));
    await lease.renew(7_000);
    expect(lease.generation).toBe(2);
    expect(await lease.ref()).toBe('the ref');
    await lease.checkpointed();
    await lease[Symbol.asyncDispose]();
    expect(calls).toEqual(['renew 44 7000', 'free 44']);
  });

  test('hears of its own events, the end last, and of nobody else’s', async () => {
    const lease = await fabric.openLease('some text');
    const heard: LeaseEvent[] = [];
    const reading = (async () => {
      for await (const event of lease.events()) heard.push(event);
    })();
    const warned = { ...about, type: 'LeaseWarned', graceMs: 50, reason: 'lessor' } as const;
    const revoked = { ...about, type: 'LeaseRevoked', reason: 'lessor' } as const;
    fabric.leaseHappened({ ...warned, side: 'lessor' });
    fabric.leaseHappened({ ...warned, leaseId: idOf.lease('5') });
    fabric.leaseHappened({ ...about, type: 'LeaseRenewed', generation: 3 });
    fabric.leaseHappened(warned);
    fabric.leaseHappened(revoked);
    fabric.leaseHappened({ ...about, type: 'LeaseTaken' });
    await reading;
    expect(heard.map(({ type }) => type)).toEqual(['LeaseRenewed', 'LeaseWarned', 'LeaseRevoked']);
    expect(await lease.ended).toEqual(revoked);
    expect(lease.generation).toBe(3);
  });

  test('knows of an end that was told before it was made', async () => {
    const expired = { ...about, type: 'LeaseExpired' } as const;
    fabric.leaseHappened(expired);
    const lease = await fabric.lease.cpu().acquire();
    expect(await lease.ended).toEqual(expired);
  });

  test('of a lease that is here again does not take the old end for its own', async () => {
    fabric.leaseHappened({ ...about, type: 'LeaseExpired' });
    fabric.leaseHappened({ ...about, type: 'LeaseTaken' });
    const lease = await fabric.attachLease(leaseId, lessor);
    fabric.leaseHappened({ ...about, type: 'LeaseFreed' });
    expect((await lease.ended).type).toBe('LeaseFreed');
    expect(calls).toEqual(['attach 44 bb']);
  });
});

describe('the lessor’s side', () => {
  test('takes leases back and takes fences down', async () => {
    expect(await fabric.revokeLease(leaseId)).toBe('torn_down');
    expect(await fabric.revokeLease(leaseId, { graceMs: 300 })).toBe('torn_down');
    expect(await fabric.unfenceLease(leaseId)).toBe(true);
    expect(calls).toEqual(['revoke 44 0', 'revoke 44 300']);
  });

  test('hears of everything, until it stops listening', async () => {
    const events = fabric.leaseEvents()[Symbol.asyncIterator]();
    fabric.leaseHappened({ ...about, side: 'lessor', type: 'LeaseOpened', cell: lessor });
    expect((await events.next()).value).toMatchObject({ type: 'LeaseOpened', side: 'lessor' });
    await events.return?.();
    fabric.leaseHappened({ ...about, type: 'LeaseExpired' });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });
});
