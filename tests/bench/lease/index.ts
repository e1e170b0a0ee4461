/**
 * What leases cost in Chromium: granting and freeing at the lessor, through a cell's own desk with tokens and audit, and
 * between two cells over real channels against a bare echo; and how late leases that run out are torn down.
 */
import type { Page } from 'playwright-core';
import { goIsolated, missingBrowser, withPage } from '../browser.ts';
import { bundle } from '../bundle.ts';
import { median, row, type BenchGroup } from '../row.ts';
import type { LeaseOrder, LeaseTimes, timeLeases } from './lease-page.ts';

const GROUP = 'lease';
const ORDER: LeaseOrder = {
  repeats: 15,
  localCount: 20_000,
  deskCount: 2_000,
  remoteCount: 100,
  expiringCount: 1_000,
};
export const LEASE: BenchGroup = {
  name: GROUP,
  async run(report) {
    const missing = missingBrowser('chromium');
    if (missing) return console.error(`nothing is measured: ${missing}`);
    const { lessorRate, deskRate, remoteMs, echoMs, lateMs } = await withPage('chromium', measure);
    const rate = { group: GROUP, unit: 'a second' };
    report(row({ ...rate, name: 'grant and free at the lessor', ours: median(lessorRate), goal: '>= 20000' }));
    report(row({ ...rate, name: "grant and free at a cell's own desk, token and audit", ours: median(deskRate) }));
    report(
      row({
        group: GROUP,
        name: 'grant and free between cells, p50',
        ours: median(remoteMs),
        peer: median(echoMs),
        peerName: 'bare echo',
        unit: 'ms',
        goal: '<= 3',
        ratio: median(remoteMs.map((sample, index) => sample / (echoMs[index] ?? NaN))),
      }),
    );
    const sorted = [...lateMs].sort((left, right) => left - right);
    const late = { group: GROUP, unit: 'ms' };
    const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? NaN;
    report(row({ ...late, name: `teardown after the deadline, p50 of ${sorted.length} leases`, ours: median(lateMs) }));
    report(row({ ...late, name: 'teardown after the deadline, p99', ours: p99, goal: '<= 50' }));
  },
};

async function measure(page: Page): Promise<LeaseTimes> {
  await goIsolated(page);
  await page.addScriptTag({ content: await bundle(new URL('./lease-page.ts', import.meta.url), 'leasePage') });
  return page.evaluate<LeaseTimes, LeaseOrder>((order) => {
    const loaded = globalThis as unknown as { leasePage: { timeLeases: typeof timeLeases } };
    return loaded.leasePage.timeLeases(order);
  }, ORDER);
}
