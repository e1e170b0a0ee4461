/**
 * What capability tokens cost in Chromium, with the root key inside WebCrypto: the full check when a lease is opened
 * against WebCrypto's own check of a signature, and the check at each operation after that.
 */
import type { Page } from 'playwright-core';
import { goIsolated, missingBrowser, withPage } from '../browser.ts';
import { bundle } from '../bundle.ts';
import { median, row, type BenchGroup } from '../row.ts';
import type { TokenOrder, TokenTimes, timeTokens } from './token-page.ts';

const GROUP = 'token';
const ORDER: TokenOrder = { repeats: 41, checks: 100, operations: 100_000 };
/** Answered by the test itself: WebCrypto wants a secure context. */

export const TOKEN: BenchGroup = {
  name: GROUP,
  async run(report) {
    const missing = missingBrowser('chromium');
    if (missing) return console.error(`nothing is measured: ${missing}`);
    const times = await withPage('chromium', measure);
    const peer = { group: GROUP, peer: median(times.verifyEd25519), peerName: 'Ed25519 verify', unit: 'us' };
    const against = (ours: readonly number[]) => ({
      ...peer,
      ours: median(ours),
      ratio: median(ours.map((sample, index) => sample / (times.verifyEd25519[index] ?? NaN))),
    });
    report(row({ ...against(times.openBare), name: 'full check at open, no caveats', goal: '<= 1.5' }));
    report(row({ ...against(times.openNarrowed), name: 'full check at open, two caveats', goal: '<= 1.5' }));
    const alone = { group: GROUP, unit: 'us' };
    report(row({ ...alone, name: 'check at each operation', ours: median(times.operation), goal: '<= 0.5' }));
    report(row({ ...alone, name: 'minting', ours: median(times.mint) }));
    report(row({ ...alone, name: 'attenuating twice', ours: median(times.attenuate) }));
  },
};

async function measure(page: Page): Promise<TokenTimes> {
  await goIsolated(page);
  await page.addScriptTag({ content: await bundle(new URL('./token-page.ts', import.meta.url), 'tokenPage') });
  return page.evaluate<TokenTimes, TokenOrder>((order) => {
    const loaded = globalThis as unknown as { tokenPage: { timeTokens: typeof timeTokens } };
    return loaded.tokenPage.timeTokens(order);
  }, ORDER);
}
