import { expect, type Page } from '@playwright/test';
import { bundle } from '../bench/bundle.ts';
import type * as StoragePage from './support/storage-page.ts';
import { test } from './support/test.ts';

/** A page of an origin of its own, answered here: storage wants an origin, and no cell is to use it meanwhile. */
const ORIGIN = 'https://storage.invalid/';

let script = '';
test.beforeAll(async () => {
  script = await bundle(new URL('./support/storage-page.ts', import.meta.url), 'storagePage');
});

async function load(page: Page): Promise<void> {
  await page.route(ORIGIN, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
  await page.goto(ORIGIN);
  await page.addScriptTag({ content: script });
}

/** Calls one of the functions of storage-page.ts in the page. */
function call<T>(page: Page, name: keyof typeof StoragePage, ...values: readonly number[]): Promise<T> {
  return page.evaluate<T>(`storagePage.${name}(${values.join(', ')})`);
}

test('a token key outlasts a reload, and each identity has its own', async ({ page }) => {
  await load(page);
  const print = await call<string>(page, 'tokenKeyPrint', 0);
  expect(print).toMatch(/^[0-9a-f]{64}$/);
  expect(await call(page, 'tokenKeyPrint', 1)).not.toBe(print);
  await load(page);
  expect(await call(page, 'tokenKeyPrint', 0)).toBe(print);
});

test('the database keeps every promise of an audit store', async ({ page }) => {
  await load(page);
  expect(await call(page, 'auditStoreProblems')).toEqual([]);
});
