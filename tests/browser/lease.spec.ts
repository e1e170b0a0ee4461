import { expect, type Page } from '@playwright/test';
import { verifyAudit } from '../../src/audit/index.ts';
import type { AuditExport, CellId, LeaseEvent } from '../../src/sdk/index.ts';
import { join, openFabric, snapshot } from './support/tabs.ts';
import { test } from './support/test.ts';

/** Two tabs of one fabric that write down every lease event they hear. */
async function pairOf(browser: Parameters<typeof openFabric>[0], baseURL: string | undefined) {
  if (!baseURL) throw new Error('no base URL');
  const { url, tabs } = await openFabric(browser, baseURL, 2);
  const [lessor, holder] = tabs;
  if (!lessor || !holder) throw new Error('a pair is two tabs');
  for (const tab of tabs) await listen(tab);
  return { url, lessor, holder, lessorId: (await snapshot(lessor)).self };
}

async function listen(tab: Page): Promise<void> {
  await tab.evaluate(() => {
    const fabric = window.grafos?.fabric();
    const heard: LeaseEvent[] = [];
    Reflect.set(window, 'heard', heard);
    void (async () => {
      for await (const event of fabric?.leaseEvents() ?? []) heard.push(event);
    })();
  });
}

/** Waits until a tab has heard these types about one lease, in this order, and answers what it heard. */
async function hears(tab: Page, leaseId: string, side: string, types: readonly string[]): Promise<LeaseEvent[]> {
  const heard = (): Promise<LeaseEvent[]> =>
    tab.evaluate(
      ([id, from]) => (Reflect.get(window, 'heard') as LeaseEvent[]).filter((e) => e.leaseId === id && e.side === from),
      [leaseId, side] as const,
    );
  await expect.poll(async () => (await heard()).map(({ type }) => type)).toEqual(types);
  return heard();
}

interface Settings {
  readonly ttlMs: number;
  readonly isKept?: boolean;
}

/** Takes a cpu lease of a cell; the handle stays in the tab as `window.lease`. */
function take(tab: Page, on: CellId, settings: Settings): Promise<string> {
  return tab.evaluate(
    async ([cell, { ttlMs, isKept }]) => {
      const builder = window.grafos?.fabric()?.lease.cpu({ slots: 1 }).ttl(ttlMs).on(cell);
      const lease = await (isKept ? builder?.keep() : builder)?.acquire();
      if (!lease) throw new Error('no fabric here');
      Reflect.set(window, 'lease', lease);
      return lease.leaseId;
    },
    [on, settings] as const,
  );
}

type Act = 'renew' | 'ref' | 'free' | 'checkpointed';

/** Does something with the tab's lease: what it answers, or the code it is refused with. */
function act(tab: Page, name: Act): Promise<string> {
  return tab.evaluate(async (what) => {
    const lease = Reflect.get(window, 'lease') as Record<Act, () => Promise<unknown>>;
    try {
      return String(await lease[what]());
    } catch (error) {
      return String(Reflect.get(Object(error), 'code'));
    }
  }, name);
}

function open(tab: Page, ref: string): Promise<string> {
  return tab.evaluate(async (text) => {
    try {
      Reflect.set(window, 'lease', await window.grafos?.fabric()?.openLease(text));
      return 'opened';
    } catch (error) {
      return String(Reflect.get(Object(error), 'code'));
    }
  }, ref);
}

const revoke = (tab: Page, leaseId: string, graceMs: number): Promise<unknown> =>
  tab.evaluate(([id, grace]) => window.grafos?.fabric()?.revokeLease(id as never, { graceMs: grace }), [
    leaseId,
    graceMs,
  ] as const);

test('a lease is taken, renewed and given back, and both sides hear of it', async ({ browser, baseURL }) => {
  const { lessor, holder, lessorId } = await pairOf(browser, baseURL);
  const leaseId = await take(holder, lessorId, { ttlMs: 20_000 });
  await act(holder, 'renew');
  expect((await snapshot(holder)).self).not.toBe(lessorId);
  await act(holder, 'free');
  await hears(holder, leaseId, 'holder', ['LeaseTaken', 'LeaseRenewed', 'LeaseFreed']);
  await hears(lessor, leaseId, 'lessor', ['LeaseTaken', 'LeaseRenewed', 'LeaseFreed']);
  expect(await act(holder, 'renew')).toBe('not_found');
});

test('a lease that is not renewed expires on both sides, and use after that fails closed', async ({
  browser,
  baseURL,
}) => {
  const { lessor, holder, lessorId } = await pairOf(browser, baseURL);
  const leaseId = await take(holder, lessorId, { ttlMs: 1_500 });
  await hears(holder, leaseId, 'holder', ['LeaseTaken', 'LeaseExpired']);
  await hears(lessor, leaseId, 'lessor', ['LeaseTaken', 'LeaseExpired']);
  for (const name of ['renew', 'ref', 'checkpointed'] as const) expect(await act(holder, name)).toBe('lease_expired');
});

test('a lease is shared by LeaseRef and revoked with grace: everyone who has it is told', async ({
  browser,
  baseURL,
}) => {
  const { lessor, holder, lessorId } = await pairOf(browser, baseURL);
  const leaseId = await take(holder, lessorId, { ttlMs: 30_000 });
  const ref = await act(holder, 'ref');
  expect(ref.length).toBeLessThan(400);
  const altered = `${ref.slice(0, -3)}${ref.endsWith('AAA') ? 'BBB' : 'AAA'}`;
  expect(await open(lessor, altered)).not.toBe('opened');
  expect(await open(lessor, ref)).toBe('opened');
  await hears(lessor, leaseId, 'lessor', ['LeaseTaken', 'LeaseOpened']);
  expect(await revoke(lessor, leaseId, 300)).toBe('torn_down');
  const ends = ['LeaseTaken', 'LeaseWarned', 'LeaseRevoked'];
  const [, warned, revoked] = await hears(holder, leaseId, 'holder', ends);
  expect(warned).toMatchObject({ graceMs: 300, reason: 'lessor' });
  expect(revoked).toMatchObject({ reason: 'lessor' });
  await hears(lessor, leaseId, 'holder', ends);
  for (const tab of [holder, lessor]) expect(await act(tab, 'ref')).toBe('revoked');
  expect(await revoke(lessor, leaseId, 0)).toBe('not_found');
  expect(await open(lessor, ref)).not.toBe('opened');
});

test('a LeaseRef of before a renewal opens nothing', async ({ browser, baseURL }) => {
  const { lessor, holder, lessorId } = await pairOf(browser, baseURL);
  await take(holder, lessorId, { ttlMs: 20_000 });
  const ref = await act(holder, 'ref');
  await act(holder, 'renew');
  expect(await open(lessor, ref)).toBe('lease_expired');
  expect(await open(lessor, await act(holder, 'ref'))).toBe('opened');
});

test('a reloaded tab finds the lease that it wanted to keep', async ({ browser, baseURL }) => {
  const { url, holder, lessorId } = await pairOf(browser, baseURL);
  const leaseId = await take(holder, lessorId, { ttlMs: 60_000, isKept: true });
  await holder.reload();
  await holder.waitForFunction(() => window.grafos !== undefined);
  await join(holder, url);
  const kind = await holder.evaluate(
    async ([id, cell]) => {
      const fabric = window.grafos?.fabric();
      const lease = await fabric?.attachLease(id as never, cell);
      await lease?.renew();
      return lease && `${lease.kind} of generation ${lease.generation}`;
    },
    [leaseId, lessorId] as const,
  );
  expect(kind).toBe('cpu of generation 2');
});

test('the audit chain of a cell comes out whole, and is the same chain after a reload', async ({
  browser,
  baseURL,
}) => {
  const { url, lessor, holder, lessorId } = await pairOf(browser, baseURL);
  const leaseId = await take(holder, lessorId, { ttlMs: 20_000 });
  await hears(lessor, leaseId, 'lessor', ['LeaseTaken']);
  const audit = (): Promise<AuditExport | undefined> =>
    lessor.evaluate(() => window.grafos?.fabric()?.audit() ?? Promise.resolve(undefined));
  const before = await audit();
  const verified = verifyAudit(before?.lines ?? [], before ? { head: before.head } : {});
  expect(verified.ok && verified.value.records.map(({ kind }) => kind)).toEqual(['cell.started', 'lease.granted']);
  await lessor.reload();
  await lessor.waitForFunction(() => window.grafos !== undefined);
  await join(lessor, url);
  const after = await audit();
  expect(after?.lines.slice(0, 2)).toEqual(before?.lines);
  expect(verifyAudit(after?.lines ?? []).ok).toBe(true);
  const changed = after?.lines.map((line, at) => (at === 1 ? line.replace('"generation":1', '"generation":2') : line));
  const findings = verifyAudit(changed ?? []);
  expect(!findings.ok && findings.error.map(({ what }) => what)).toContain('changed');
});
