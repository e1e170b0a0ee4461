import { describe, expect, test } from 'vitest';
import {
  AuditLog,
  MemoryAuditStore,
  verifyAudit,
  type AuditAnchor,
  type AuditRecord,
  type AuditStore,
} from '../../../src/audit/index.ts';
import { AUDIT_LIMITS } from '../../../src/core/index.ts';
import { errorOf, idOf, ManualTime, present, settle, testEnv, valueOf } from '../../support/index.ts';
import { brokenStorePromises, STORE_RECORDS_MAX } from './store-suite.ts';
import { ADMITTED, CELL, DENIED, someEvents, TENANT } from './world.ts';

/** A store that can be told to refuse, or to wait. */
class MoodyStore implements AuditStore {
  readonly inner = new MemoryAuditStore();
  isRefusing = false;
  waiting: Promise<void> = Promise.resolve();
  batches: number[] = [];

  anchor(): Promise<AuditAnchor | undefined> {
    return this.inner.anchor();
  }

  async keep(records: readonly AuditRecord[]): Promise<void> {
    await this.waiting;
    if (this.isRefusing) throw new Error('the quota is used up');
    this.batches.push(records.length);
    await this.inner.keep(records);
  }

  read(afterSequence: number, limit: number): Promise<readonly AuditRecord[]> {
    return this.inner.read(afterSequence, limit);
  }
}

async function opened(store: AuditStore = new MoodyStore(), time = new ManualTime()) {
  const env = testEnv(time, 'audit');
  return { time, env, log: await AuditLog.open({ cell: CELL, env, store }) };
}

describe('the audit log', () => {
  test('exports a whole chain, headed by the start of the cell', async () => {
    const { log } = await opened();
    for (const event of someEvents(11)) log.append(event);
    const { records } = valueOf(verifyAudit(await log.lines(), { head: log.head() }));
    expect(records).toHaveLength(12);
    expect(records[0]?.kind).toBe('cell.started');
  });

  test('brings records to the store within its time, together', async () => {
    const store = new MoodyStore();
    const { log, time } = await opened(store);
    for (const event of someEvents(9)) log.append(event);
    await time.advance(AUDIT_LIMITS.keepWithinMs - 1);
    expect(store.batches).toEqual([]);
    await time.advance(1);
    expect(store.batches).toEqual([10]);
    expect(await store.anchor()).toEqual(log.head());
    await time.advance(60_000);
    expect(store.batches).toEqual([10]);
    expect(time.waiting).toBe(0);
  });

  test('goes on after a restart with the chain it had', async () => {
    const store = new MoodyStore();
    const first = await opened(store);
    first.log.append(ADMITTED);
    await first.log.flush();
    const second = await opened(store);
    second.log.append(ADMITTED);
    const { records } = valueOf(verifyAudit(await second.log.lines(), { head: second.log.head() }));
    expect(records.map(({ kind }) => kind)).toEqual([
      'cell.started',
      'module.admitted',
      'cell.started',
      'module.admitted',
    ]);
  });

  test('a crash costs what had not reached the store, and leaves the chain whole', async () => {
    const store = new MoodyStore();
    const first = await opened(store);
    await first.log.flush();
    first.log.append(ADMITTED);
    const second = await opened(store);
    expect(valueOf(verifyAudit(await second.log.lines(), { head: second.log.head() })).records).toHaveLength(2);
  });

  test('waits for one batch before it sends the next, and appends meanwhile', async () => {
    const store = new MoodyStore();
    const { log } = await opened(store);
    let go: () => void = () => undefined;
    store.waiting = new Promise((resolve) => (go = resolve));
    const first = log.flush();
    log.append(ADMITTED);
    const both = Promise.all([log.flush(), log.flush()]);
    await settle();
    expect(store.batches).toEqual([]);
    go();
    await first;
    await both;
    expect(store.batches).toEqual([1, 1]);
    expect(verifyAudit(await log.lines(), { head: log.head() }).ok).toBe(true);
  });

  test('keeps records waiting while the store refuses, says so, and tries again', async () => {
    const store = new MoodyStore();
    const { log, env, time } = await opened(store);
    store.isRefusing = true;
    log.append(ADMITTED);
    await log.flush();
    expect(env.lines.map(({ level }) => level)).toEqual(['warn']);
    expect(verifyAudit(await log.lines(), { head: log.head() }).ok).toBe(true);
    store.isRefusing = false;
    log.append(ADMITTED);
    await time.advance(AUDIT_LIMITS.keepWithinMs);
    expect(store.batches).toEqual([3]);
  });

  test('is bounded: what it gives up shows as a gap', async () => {
    const store = new MoodyStore();
    const { log } = await opened(store);
    await log.flush();
    store.isRefusing = true;
    for (let count = 0; count < AUDIT_LIMITS.pendingMax + 10; count++) log.append(ADMITTED);
    await log.flush();
    expect(log.lost()).toBe(10);
    store.isRefusing = false;
    const lines = await log.lines();
    expect(lines).toHaveLength(1 + AUDIT_LIMITS.pendingMax);
    expect(errorOf(verifyAudit(lines, { head: log.head() }))).toMatchObject([
      { what: 'removed', sequence: 2, through: 11 },
    ]);
  });
});

describe('refusals', () => {
  test('of one cell are sealed once, then together, until they stop', async () => {
    const { log, time } = await opened();
    for (let count = 0; count < 1_000; count++)
      log.append({ ...DENIED, code: count === 999 ? 'revoked' : 'not_found' });
    await time.advance(AUDIT_LIMITS.denialsTogetherMs);
    log.append(DENIED);
    await time.advance(AUDIT_LIMITS.denialsTogetherMs);
    await time.advance(3 * AUDIT_LIMITS.denialsTogetherMs);
    const { records } = valueOf(verifyAudit(await log.lines(), { head: log.head() }));
    expect(records.slice(1)).toMatchObject([
      { code: 'not_found' },
      { code: 'revoked', times: 999 },
      { code: 'lease_denied' },
    ]);
    expect(records[3]).not.toHaveProperty('times');
    expect(time.waiting).toBe(0);
  });

  test('of other cells are not counted with them, and an export has what was counted so far', async () => {
    const { log } = await opened();
    for (const tenant of [TENANT, CELL, TENANT, TENANT]) log.append({ ...DENIED, tenant });
    const { records } = valueOf(verifyAudit(await log.lines(), { head: log.head() }));
    expect(records.slice(1)).toMatchObject([{ tenant: TENANT }, { tenant: CELL }, { tenant: TENANT, times: 2 }]);
  });

  test('of more cells than are counted are sealed one by one', async () => {
    const { log } = await opened();
    const cells = Array.from({ length: AUDIT_LIMITS.denialsCellsMax + 3 }, (_, index) =>
      idOf.cell((index + 16).toString(16).padStart(4, '0')),
    );
    for (const tenant of [...cells, ...cells]) log.append({ ...DENIED, tenant });
    const { records } = valueOf(verifyAudit(await log.lines(), { head: log.head() }));
    expect(records).toHaveLength(1 + 2 * cells.length);
    expect(records.filter((record) => 'times' in record)).toEqual([]);
  });
});

test('a burst does not wait for the timer', async () => {
  const store = new MoodyStore();
  const { log } = await opened(store);
  for (let count = 0; count < AUDIT_LIMITS.batchMin; count++) log.append(ADMITTED);
  await settle();
  expect(store.batches).toEqual([AUDIT_LIMITS.batchMin]);
});

describe('the memory twin of the store', () => {
  test('keeps what every store promises', async () => {
    const store = new MemoryAuditStore(STORE_RECORDS_MAX);
    expect(await brokenStorePromises(() => Promise.resolve(store), CELL)).toEqual([]);
  });

  test('drops the oldest beyond its bound and keeps the anchor', async () => {
    const store = new MemoryAuditStore(16);
    const { log } = await opened(store);
    for (let round = 0; round < 40; round++) {
      log.append(ADMITTED);
      await log.flush();
    }
    const kept = await store.read(0, 1_000);
    expect(kept.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 16 }, (_, index) => 26 + index));
    expect(await store.anchor()).toEqual(log.head());
    expect(await store.read(30, 3)).toMatchObject([{ sequence: 31 }, { sequence: 32 }, { sequence: 33 }]);
    const before = present((await store.read(26, 1))[0]).prevHash;
    const from = { sequence: 26, hash: before };
    expect(verifyAudit((await log.lines()).slice(1), { from, head: log.head() }).ok).toBe(true);
  });
});
