import { expect, type BrowserContext, type Page } from '@playwright/test';
import { CONTEXT_PERMISSIONS } from '../../src/cli/browser/index.ts';
import { bundle } from '../bench/bundle.ts';
import { HAND_PROMISES, type HandCell, type HandWorld } from '../conformance/signaling/by-hand.ts';
import { SIGNALING_PROMISES, type SignalingCell, type SignalingWorld } from '../conformance/signaling/contract.ts';
import type * as SignalingPage from './page/signaling-page.ts';
import { test } from './support/test.ts';

let script = '';
test.beforeAll(async () => {
  script = await bundle(new URL('./page/signaling-page.ts', import.meta.url), 'signalingPage');
});

/** A page of the server's origin with the doors in it and nothing else. */
async function openPage(context: BrowserContext, baseURL: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${baseURL}grafos.schema.json`);
  await page.addScriptTag({ content: script });
  return page;
}

type Answer = Awaited<ReturnType<SignalingCell['dial']>>;

let made = 0;

/** Cells in one tab after another: whoever is to vanish takes its tab with it. */
function worldOf(
  kind: 'peer' | 'local' | 'beside',
  context: BrowserContext,
  baseURL: string,
  shared: Page,
): SignalingWorld {
  const freshName = (): string => `name${Date.now().toString(36)}x${made++}`;
  return {
    freshName,
    wait: () => new Promise((resolve) => setTimeout(resolve, 50)),
    async cell(life) {
      const name = freshName();
      const page = life === 'will vanish' ? await openPage(context, baseURL) : shared;
      const call = <T>(
        what: keyof typeof SignalingPage,
        ...given: readonly (string | number | readonly string[])[]
      ): Promise<T> =>
        page.evaluate<T>(`signalingPage.${what}(${given.map((each) => JSON.stringify(each)).join(', ')})`);
      const index = await call<number>('make', kind, name);
      const cell: SignalingCell = {
        name,
        open: () => call('open', index),
        claim: (rendezvousId) => call('claim', index, rendezvousId),
        release: (rendezvousId) => call('release', index, rendezvousId),
        dial: async (other) => (await call<Answer[]>('dial', index, [other]))[0] ?? 'internal',
        dialAll: (names) => call('dial', index, names),
        links: () => call('links', index),
        leave: () => call('leave', index),
        vanish: () => page.close({ runBeforeUnload: false }),
      };
      return cell;
    },
  };
}

for (const kind of ['peer', 'local', 'beside'] as const) {
  test(`signaling by ${kind} keeps every promise of the port`, async ({ browser, baseURL }) => {
    const context = await browser.newContext({ bypassCSP: true, permissions: [...CONTEXT_PERMISSIONS] });
    const shared = await openPage(context, baseURL ?? '');
    // A PeerServer takes seconds to say that nobody is there, so the promises are kept side by side.
    const kept = await Promise.all(
      SIGNALING_PROMISES.map(async ({ text, keep }) => {
        const pairs = await keep(worldOf(kind, context, baseURL ?? '', shared));
        return [text, pairs.map(([found]) => found), pairs.map(([, promised]) => promised)] as const;
      }),
    );
    for (const [text, found, promised] of kept) expect.soft(found, text).toEqual(promised);
  });
}

/** People who carry texts between two tabs, by turns. */
function handWorld(tabs: readonly Page[]): HandWorld {
  let made = 0;
  return {
    wait: () => new Promise((resolve) => setTimeout(resolve, 50)),
    async cell(fabric) {
      const page = tabs[made++ % tabs.length];
      if (!page) throw new Error('no tab');
      const call = <T>(what: keyof typeof SignalingPage, ...given: readonly (string | number)[]): Promise<T> =>
        page.evaluate<T>(`signalingPage.${what}(${given.map((each) => JSON.stringify(each)).join(', ')})`);
      const index = await call<number>('makeHand', fabric === 'another' ? 'b' : 'a');
      const cell: HandCell = {
        invite: () => call('handInvite', index),
        cancel: (invitation) => call('handCancel', index, invitation),
        answer: (text) => call('handAnswer', index, text),
        accept: (invitation, text) => call('handAccept', index, invitation, text),
        links: () => call('handLinks', index),
        setClock: (aheadMs) => call('handClock', index, aheadMs),
      };
      return cell;
    },
  };
}

test('signaling by hand keeps its promises, whatever people do with the texts', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ bypassCSP: true, permissions: [...CONTEXT_PERMISSIONS] });
  const tabs = [await openPage(context, baseURL ?? ''), await openPage(context, baseURL ?? '')];
  for (const { text, keep } of HAND_PROMISES) {
    const pairs = await keep(handWorld(tabs));
    const [found, promised] = [pairs.map(([each]) => each), pairs.map(([, each]) => each)];
    expect.soft(found, text).toEqual(promised);
  }
});

test('both ends of a link can have ICE restarted, and nobody else, by whatever they heard before', async ({
  browser,
  baseURL,
}) => {
  const context = await browser.newContext({ bypassCSP: true });
  const page = await openPage(context, baseURL ?? '');
  const found = await page.evaluate<unknown>('signalingPage.restarts()');
  // Not before the hello; by the dialler; not by texts that are old, changed, or of another kind; by the answerer, who asks.
  expect(found).toEqual([false, true, 1, 1, true, 2]);
});

test('a newcomer finds who keeps a name, without claiming one, and keeps one where nobody does', async ({
  browser,
  baseURL,
}) => {
  const context = await browser.newContext({ bypassCSP: true, permissions: [...CONTEXT_PERMISSIONS] });
  const page = await openPage(context, baseURL ?? '');
  const found = await page.evaluate<unknown>(`(async () => {
    const { make, open, claim, meet } = signalingPage;
    const [first, second, third] = ['one', 'two', 'three'].map((each) => make('peer', each + '${Date.now()}'));
    for (const cell of [first, second, third]) await open(cell);
    const names = ['a', 'b', 'c'].map((each) => each + '${Date.now()}');
    const alone = await meet(first, names);
    const [taken, kept] = await meet(second, names);
    const others = await Promise.all(names.map((name) => claim(third, name)));
    const index = (name) => names.indexOf(name);
    return [alone[0].map(index), index(alone[1]), taken.map(index), index(kept), others];
  })()`);
  expect(found).toEqual([[], 0, [0], -1, ['taken', 'claimed', 'claimed']]);
});
