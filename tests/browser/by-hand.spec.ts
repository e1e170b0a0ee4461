import { expect, type Page } from '@playwright/test';
import { CONTEXT_PERMISSIONS, installAnswer } from '../../src/cli/browser/index.ts';
import { freshFabricUrl, run, seesCells, snapshot } from './support/tabs.ts';
import { test } from './support/test.ts';

/** What a person reads in a field that is shown to be copied. */
function shown(tab: Page, label: string): Promise<string> {
  return tab.getByRole('textbox', { name: label, exact: true }).inputValue();
}

async function linkByHand(inviter: Page, guest: Page): Promise<void> {
  await inviter.getByRole('button', { name: 'Invite', exact: true }).click();
  await inviter.getByRole('button', { name: 'Invite by hand' }).click();
  await expect(inviter.getByRole('img', { name: 'QR code of the invitation' })).toBeVisible();
  await guest.goto(await shown(inviter, 'Invitation'));
  await expect(guest.getByRole('img', { name: 'QR code of the answer' })).toBeVisible();
  // Its own invitation, then half an answer, then the answer.
  const answer = await shown(guest, 'Answer');
  const field = inviter.getByRole('textbox', { name: 'Answer', exact: true });
  for (const [text, code] of [
    [await shown(inviter, 'Invitation'), 'code_misplaced'],
    [answer.slice(0, -9), 'code_damaged'],
  ] as const) {
    await field.fill(text);
    await inviter.getByRole('button', { name: 'Link', exact: true }).click();
    await expect(inviter.getByText(code)).toBeVisible();
  }
  await field.fill(answer);
  await inviter.getByRole('button', { name: 'Link', exact: true }).click();
  await expect(inviter.getByText('The other tab is in.')).toBeVisible();
  await expect(guest.getByText('You are in.')).toBeVisible();
  for (const tab of [inviter, guest]) await tab.getByRole('button', { name: 'Close', exact: true }).click();
}

test('with no service at all, two link by exchanging texts, and a third is introduced', async ({
  browser,
  baseURL,
}) => {
  const tabs: Page[] = [];
  for (let index = 0; index < 3; index++) {
    const context = await browser.newContext({ permissions: [...CONTEXT_PERMISSIONS] });
    await context.route(/peerjs/, (route) => route.abort());
    const tab = await context.newPage();
    await tab.addInitScript(installAnswer);
    tabs.push(tab);
  }
  const [first, second, third] = tabs;
  if (!first || !second || !third) throw new Error('three tabs');
  await first.goto(freshFabricUrl(`${baseURL ?? ''}?signaling=manual:`));
  await seesCells(first, 1);
  await linkByHand(first, second);
  for (const tab of [first, second]) await seesCells(tab, 2);
  const { response } = await run(first, { program: 'hello-tasklet', tasklet: 'hello', text: 'Ada' });
  expect(response.error?.message ?? response.status).toBe('succeeded');
  expect(response.cell).toBe((await snapshot(second)).self);

  await linkByHand(second, third);
  for (const tab of tabs) await seesCells(tab, 3);
  // Nobody carried a code between these two: the second introduced them.
  const far = (await snapshot(third)).self;
  await first.waitForFunction(
    (id) =>
      window.grafos
        ?.fabric()
        ?.snapshot()
        .cells.some((cell) => cell.id === id && cell.roundTripMs !== undefined),
    far,
  );
  const distant = await run(first, { program: 'hello-tasklet', tasklet: 'hello', text: 'Grace', on: far });
  expect(distant.response.error?.message ?? distant.response.status).toBe('succeeded');
  expect((await snapshot(third)).signaling).toMatchObject({ url: 'manual:' });
});
