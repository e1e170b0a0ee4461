import { beforeEach, describe, expect, test } from 'vitest';
import { STEWARD_LIMITS, type CellId } from '../../../src/core/index.ts';
import type { StewardWish } from '../../../src/sdk/index.ts';
import { errorOf, ManualTime, present, SignalingHub, valueOf } from '../../support/index.ts';
import { joinedHosts, requestOf, testHost, type TestHost } from '../sdk/host/world.ts';
import { stewardId, testKey } from './world.ts';

const key = testKey();
const steward = stewardId(key);
let time: ManualTime;
let hub: SignalingHub;

beforeEach(() => {
  time = new ManualTime();
  hub = new SignalingHub(time);
});

const act = ({ host }: TestHost, wish: StewardWish) => time.until(host.steward.act(wish));
const cellsOf = ({ host }: TestHost): CellId[] =>
  host
    .snapshot()
    .cells.filter(({ state }) => state !== 'gone')
    .map(({ id }) => id);
const take = (from: TestHost, on: CellId, kind: 'cpu' | 'mem', quantity: number) =>
  time.until(
    from.host.leases.acquire({
      ...{ kind, quantity, on, ttlMs: 60_000, tier: 'standard' as const },
      isKept: false,
      isKeptAlive: false,
    }),
  );

/** A teacher's tab, which has the key, and others that have not. */
async function classOf(...names: readonly string[]): Promise<TestHost[]> {
  const pupils = names.map((name) => [name, { steward }] as const);
  return joinedHosts(time, hub, [['teacher', { steward, stewardKey: key }], ...pupils]);
}

/** A newcomer that has begun to join, and what becomes of that. */
function newcomer(name: string) {
  const late = testHost(time, hub, name, { steward });
  return { ...late, joining: late.host.join() };
}

describe('rules', () => {
  test('of the steward hold at every cell, and outlive its tab', async () => {
    const [teacher, ada, bob] = await classOf('ada', 'bob');
    if (!teacher || !ada || !bob) throw new Error('three cells');
    valueOf(await act(teacher, { what: 'set', change: { name: 'quiet room', quantityMax: { mem: 1_000 } } }));
    await time.advance(200);
    teacher.host.leave();
    await time.advance(200);
    expect(ada.host.snapshot().fabric.name).toBe('quiet room');
    const denial = errorOf(await take(ada, bob.host.self, 'mem', 2_000));
    expect(denial).toMatchObject({ code: 'lease_denied' });
    expect(denial.message).toContain('of the steward: at most 1000 of mem a holder');
    valueOf(await take(ada, bob.host.self, 'mem', 900));
    expect(errorOf(await take(ada, bob.host.self, 'mem', 200)).code).toBe('lease_denied');
  });

  test('say who lends what: the lessor refuses, and placement does not ask', async () => {
    const [teacher, ada, bob] = await classOf('ada', 'bob');
    if (!teacher || !ada || !bob) throw new Error('three cells');
    valueOf(await act(teacher, { what: 'set', change: { lenders: { cpu: [bob.host.self] } } }));
    await time.advance(200);
    expect(errorOf(await take(teacher, ada.host.self, 'cpu', 1)).message).toContain('lets this cell lend no cpu');
    const request = requestOf('quick', { on: 'other' });
    const { response } = valueOf(await time.until(teacher.host.submit('1'.repeat(32) as never, request)));
    expect(response.cell).toBe(bob.host.self);
  });

  test('are nobody else’s to set', async () => {
    const [, ada] = await classOf('ada');
    expect(errorOf(await act(present(ada), { what: 'set', change: { hasLobby: true } })).code).toBe('not_steward');
    const mallory = testHost(time, hub, 'mallory', { steward, stewardKey: testKey('mallory') });
    valueOf(await time.until(mallory.host.join()));
    expect(errorOf(await act(mallory, { what: 'set', change: { hasLobby: true } })).code).toBe('not_steward');
  });
});

describe('a cell that is sent away', () => {
  test('loses its links and what it holds, and comes back neither now nor later', async () => {
    const [teacher, ada, rowdy] = await classOf('ada', 'rowdy');
    if (!teacher || !ada || !rowdy) throw new Error('three cells');
    const { leaseId } = valueOf(await take(rowdy, ada.host.self, 'cpu', 1));
    valueOf(await act(teacher, { what: 'evict', cell: rowdy.host.self, reason: 'too loud' }));
    await time.advance(1_000);
    expect(rowdy.host.snapshot()).toMatchObject({ phase: 'failed', failure: { code: 'evicted' } });
    for (const left of [teacher, ada]) expect(cellsOf(left)).not.toContain(rowdy.host.self);
    expect(ada.host.snapshot().leases.find((lease) => lease.leaseId === leaseId)).toMatchObject({ state: 'revoked' });
    teacher.host.leave();
    await time.advance(5_000);
    const again = newcomer('rowdy');
    expect(errorOf(await time.until(again.joining)).code).toBe('evicted');
    expect(cellsOf(ada)).not.toContain(rowdy.host.self);
  });

  test('comes back when the steward says so', async () => {
    const [teacher, rowdy] = await classOf('rowdy');
    if (!teacher || !rowdy) throw new Error('two cells');
    valueOf(await act(teacher, { what: 'evict', cell: rowdy.host.self }));
    await time.advance(1_000);
    valueOf(await act(teacher, { what: 'readmit', cell: rowdy.host.self }));
    valueOf(await time.until(newcomer('rowdy').joining));
  });

  test('is never the steward itself', async () => {
    const [teacher] = await classOf('ada');
    const self = present(teacher).host.self;
    expect(errorOf(await act(present(teacher), { what: 'evict', cell: self })).code).toBe('invalid_argument');
  });
});

describe('the lobby', () => {
  const lobbyOf = async (...names: readonly string[]): Promise<TestHost[]> => {
    const all = await classOf(...names);
    valueOf(await act(present(all[0]), { what: 'set', change: { hasLobby: true } }));
    await time.advance(500);
    return all;
  };

  test('keeps a newcomer, who learns nothing of the fabric, until it is let in', async () => {
    const [teacher, ada] = await lobbyOf('ada');
    if (!teacher || !ada) throw new Error('two cells');
    const late = newcomer('late');
    await time.advance(12_000);
    const waiting = late.host.snapshot();
    expect(waiting).toMatchObject({ phase: 'waiting', lobby: { isStewardHere: true } });
    expect(waiting.cells.map(({ id }) => id)).toEqual([late.host.self]);
    for (const member of [teacher, ada]) expect(cellsOf(member)).not.toContain(late.host.self);
    const seen = present(teacher.host.snapshot().steward).waiting;
    expect(seen).toMatchObject([{ cell: late.host.self, name: 'late', code: waiting.lobby?.code }]);
    valueOf(await act(teacher, { what: 'admit', cell: late.host.self }));
    valueOf(await time.until(late.joining));
    await time.advance(3_000);
    for (const member of [teacher, ada, late]) expect(cellsOf(member)).toHaveLength(3);
    expect(present(teacher.host.snapshot().steward).waiting).toEqual([]);
  });

  test('turns away whom the steward refuses, for a minute', async () => {
    const [teacher] = await lobbyOf('ada');
    const late = newcomer('late');
    await time.advance(4_000);
    valueOf(await act(present(teacher), { what: 'refuse', cell: late.host.self }));
    expect(errorOf(await time.until(late.joining)).code).toBe('not_admitted');
    expect(errorOf(await time.until(newcomer('late').joining)).code).toBe('not_admitted');
    await time.advance(STEWARD_LIMITS.refusedMs);
    const patient = newcomer('late');
    await time.advance(4_000);
    expect(patient.host.snapshot().phase).toBe('waiting');
  });

  test('stays closed while the steward is away, and says so; the steward’s own cells come in', async () => {
    const [teacher, ada] = await lobbyOf('ada');
    if (!teacher || !ada) throw new Error('two cells');
    teacher.host.leave();
    await time.advance(3_000);
    const late = newcomer('late');
    await time.advance(4_000);
    expect(late.host.snapshot()).toMatchObject({ phase: 'waiting', lobby: { isStewardHere: false } });
    const back = testHost(time, hub, 'second', { steward, stewardKey: key });
    valueOf(await time.until(back.host.join()));
    await time.advance(4_000);
    expect(late.host.snapshot().lobby).toMatchObject({ isStewardHere: true });
    valueOf(await act(back, { what: 'admit', cell: late.host.self }));
    valueOf(await time.until(late.joining));
    await time.advance(3_000);
    expect(cellsOf(ada)).toContain(late.host.self);
  });

  test('holds so many, and no more', async () => {
    const [teacher] = await lobbyOf();
    const crowd: ReturnType<typeof newcomer>[] = [];
    for (let at = 0; at < STEWARD_LIMITS.waitingMax + 4; at++) {
      crowd.push(newcomer(`n${at}`));
      await time.advance(100);
    }
    await time.advance(6_000);
    const phases = crowd.map(({ host }) => host.snapshot().phase);
    expect(phases.filter((phase) => phase === 'waiting')).toHaveLength(STEWARD_LIMITS.waitingMax);
    expect(present(present(teacher).host.snapshot().steward).waiting).toHaveLength(STEWARD_LIMITS.waitingMax);
  });

  test('sorts out newcomers that come at once and meet each other first', async () => {
    const [teacher] = await lobbyOf();
    const crowd = Array.from({ length: 12 }, (_, at) => newcomer(`n${at}`));
    await time.advance(15_000);
    expect(crowd.map(({ host }) => host.snapshot().phase)).toEqual(crowd.map(() => 'waiting'));
    const seen = present(present(teacher).host.snapshot().steward).waiting.map(({ cell }) => cell);
    expect(seen.sort()).toEqual(crowd.map(({ host }) => host.self).sort());
    expect(cellsOf(present(teacher))).toHaveLength(1);
  });

  test('a newcomer that gives up is gone, and one whose member leaves knocks again', async () => {
    const [teacher, ada] = await lobbyOf('ada');
    if (!teacher || !ada) throw new Error('two cells');
    const [brief, patient] = [newcomer('brief'), newcomer('patient')];
    await time.advance(4_000);
    brief.host.leave();
    ada.host.leave();
    await time.advance(20_000);
    expect(present(teacher.host.snapshot().steward).waiting.map(({ cell }) => cell)).toEqual([patient.host.self]);
    valueOf(await act(teacher, { what: 'admit', cell: patient.host.self }));
    valueOf(await time.until(patient.joining));
  });
});

describe('orders to a lessor', () => {
  test('revoke and list what another cell lends, for the reason `steward`', async () => {
    const [teacher, ada, bob] = await classOf('ada', 'bob');
    if (!teacher || !ada || !bob) throw new Error('three cells');
    const { leaseId } = valueOf(await take(bob, ada.host.self, 'cpu', 1));
    const { leases } = valueOf(await act(teacher, { what: 'list' }));
    expect(leases).toMatchObject([{ leaseId, lessor: ada.host.self, holder: bob.host.self, kind: 'cpu' }]);
    const revoke = { what: 'revoke', lessor: ada.host.self, leaseId, graceMs: 0 } as const;
    expect(valueOf(await act(teacher, revoke)).result).toBe('torn_down');
    expect(ada.host.snapshot().leases.find((lease) => lease.leaseId === leaseId)?.state).toBe('revoked');
    expect(errorOf(await act(bob, revoke)).code).toBe('not_steward');
  });

  test('lend again what a lessor has fenced', async () => {
    const [teacher, ada] = await classOf('ada');
    if (!teacher || !ada) throw new Error('two cells');
    const { leaseId } = valueOf(await take(teacher, ada.host.self, 'cpu', 1));
    const unfence = { what: 'unfence', lessor: ada.host.self, leaseId } as const;
    expect(valueOf(await act(teacher, unfence)).result).toBe('not_found');
  });
});
