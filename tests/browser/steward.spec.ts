import { expect, type Browser, type Page } from '@playwright/test';
import type { CellId, PolicyChange, PolicyView } from '../../src/sdk/index.ts';
import { join, openTab, seesCells, snapshot } from './support/tabs.ts';
import { test } from './support/test.ts';

function base(baseURL: string | undefined): string {
  if (!baseURL) throw new Error('no base URL');
  return baseURL;
}

/** A tab that has created a fabric, and is in it. */
async function stewardOf(browser: Browser, baseUrl: string): Promise<{ readonly url: string; readonly steward: Page }> {
  const steward = await openTab(browser, baseUrl);
  const url = await steward.evaluate(() => window.grafos?.createFabric('class 7b') ?? '');
  expect(url).toMatch(/&s=[0-9a-f]{32}$/);
  expect(await join(steward, url, { name: 'teacher' })).toMatchObject({ value: { phase: 'ready' } });
  return { url, steward };
}

const setRules = (tab: Page, change: PolicyChange): Promise<PolicyView | undefined> =>
  tab.evaluate((rules) => window.grafos?.fabric()?.steward.set(rules) ?? Promise.resolve(undefined), change);

const policyVersion = (tab: Page): Promise<number | undefined> => snapshot(tab).then(({ policy }) => policy?.version);

async function seesPolicy(tab: Page, version: number): Promise<void> {
  await expect.poll(() => policyVersion(tab)).toBe(version);
}

test('a newcomer waits in the lobby with a code until the steward lets it in, also by the page', async ({
  browser,
  baseURL,
}) => {
  const steward = await openTab(browser, base(baseURL));
  await steward.getByLabel('Name of the fabric').fill('class 7b');
  await steward.getByRole('button', { name: 'Create', exact: true }).click();
  await seesCells(steward, 1);
  const url = steward.url();
  await steward.getByRole('button', { name: 'Steward' }).click();
  await steward.getByLabel('Newcomers wait until you let them in').check();
  const late = await openTab(browser, url);
  const card = late.getByRole('status').filter({ hasText: 'Waiting to be let into class 7b' });
  await expect(card).toContainText('The steward of this fabric sees this code');
  const code = (await card.getByLabel('Your code is').textContent()) ?? '';
  expect(code).toMatch(/^[0-9A-Z]{3}-[0-9A-Z]{3}$/);
  expect(await late.evaluate(() => window.grafos?.fabric() === undefined)).toBe(true);
  const waiting = steward.getByRole('list', { name: 'Waiting cells' });
  await expect(waiting).toContainText(code);
  expect((await snapshot(steward)).cells).toHaveLength(1);
  await waiting.getByRole('button', { name: 'Let in' }).click();
  await seesCells(late, 2);
  await expect(waiting).toBeHidden();
  // Who was let in is in for good, and lets others wait when the steward is not there.
  await steward.close();
  await late.reload();
  await seesCells(late, 1);
  const later = await openTab(browser, url);
  await expect(later.getByRole('status')).toContainText('is not here right now');
  await later.getByRole('button', { name: 'Stop waiting' }).click();
  await expect(later.getByRole('button', { name: 'Create', exact: true })).toBeVisible();
});

test('a cell that is sent away is out, and cannot come back as who it is', async ({ browser, baseURL }) => {
  const { url, steward } = await stewardOf(browser, base(baseURL));
  const [pupil, rowdy] = [await openTab(browser, base(baseURL)), await openTab(browser, base(baseURL))];
  for (const tab of [pupil, rowdy]) await join(tab, url);
  for (const tab of [steward, pupil, rowdy]) await seesCells(tab, 3);
  const lessor = (await snapshot(pupil)).self;
  // Heard of by the steward, it counts as here; linked it is when it has answered.
  await rowdy.waitForFunction(
    (id) =>
      window.grafos
        ?.fabric()
        ?.snapshot()
        .cells.some((cell) => cell.id === id && cell.roundTripMs !== undefined),
    lessor,
  );
  const leaseId = await rowdy.evaluate(async (cell) => {
    const lease = await window.grafos?.fabric()?.lease.cpu({ slots: 1 }).ttl(60_000).on(cell).acquire();
    return lease?.leaseId;
  }, lessor);
  const rowdyId = (await snapshot(rowdy)).self;
  await steward.evaluate((cell) => window.grafos?.fabric()?.steward.evict(cell), rowdyId);
  await rowdy.waitForFunction(() => window.grafos?.fabric()?.snapshot().failure?.code === 'evicted');
  for (const tab of [steward, pupil]) await seesCells(tab, 2);
  await expect
    .poll(async () => (await snapshot(pupil)).leases.find((lease) => lease.leaseId === leaseId)?.state ?? 'revoked')
    .toBe('revoked');
  await steward.close();
  expect(await join(rowdy, url)).toMatchObject({ failure: { code: 'evicted' } });
  await pupil.waitForFunction(
    (cell) =>
      window.grafos
        ?.fabric()
        ?.snapshot()
        .cells.every(({ id, state }) => id !== cell || state === 'gone'),
    rowdyId,
  );
});

test('rules hold at every cell, and only those that the steward signed', async ({ browser, baseURL }) => {
  const { url, steward } = await stewardOf(browser, base(baseURL));
  const pupil = await openTab(browser, base(baseURL));
  await join(pupil, url);
  for (const tab of [steward, pupil]) await seesCells(tab, 2);
  const refused = await pupil.evaluate(() =>
    window.grafosAnswer(
      window.grafos?.fabric()?.steward.set({ hasLobby: true }) ?? Promise.reject(new Error('no fabric')),
    ),
  );
  expect(refused).toMatchObject({ failure: { code: 'not_steward' } });
  const teacher = (await snapshot(steward)).self;
  await setRules(steward, { name: 'quiet room', quantityMax: { mem: 4_096 }, lenders: { cpu: [teacher] } });
  await seesPolicy(pupil, 1);
  expect((await snapshot(pupil)).fabric.name).toBe('quiet room');
  const take = (tab: Page, on: CellId, kind: 'cpu' | 'mem') =>
    tab.evaluate(
      ([cell, what]) => {
        const lease = window.grafos?.fabric()?.lease;
        const builder = what === 'cpu' ? lease?.cpu({ slots: 1 }) : lease?.mem({ bytes: 65_536 });
        const taken = builder?.ttl(5_000).on(cell).acquire();
        return window.grafosAnswer(Promise.resolve(taken).then((held) => held?.kind));
      },
      [on, kind] as const,
    );
  const pupilId = (await snapshot(pupil)).self;
  expect(await take(steward, pupilId, 'cpu')).toMatchObject({
    failure: { code: 'lease_denied', message: expect.stringContaining('policy 1 of the steward') as unknown },
  });
  expect(await take(pupil, teacher, 'mem')).toMatchObject({ failure: { code: 'lease_denied' } });
  expect(await take(pupil, teacher, 'cpu')).toMatchObject({ value: 'cpu' });
  // A profile that alters the policy it keeps gains nothing: it is not the steward's any more.
  await pupil.evaluate(async () => {
    const opened = indexedDB.open('grafos-web.policies');
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      opened.onsuccess = () => resolve(opened.result);
      opened.onerror = () => reject(new Error('no database'));
    });
    const store = database.transaction('values', 'readwrite').objectStore('values');
    await new Promise<void>((resolve) => {
      store.openCursor().onsuccess = (event) => {
        const { result: cursor } = event.target as IDBRequest<IDBCursorWithValue | null>;
        if (!cursor) return resolve();
        const kept = cursor.value as { value: { terms: Uint8Array } };
        const at = kept.value.terms.lastIndexOf(1);
        kept.value.terms[at] = 9;
        cursor.update(kept);
        cursor.continue();
      };
    });
  });
  await pupil.reload();
  await pupil.waitForFunction(() => window.grafos !== undefined);
  await join(pupil, url);
  await seesPolicy(pupil, 1);
  expect(await policyVersion(steward)).toBe(1);
});
