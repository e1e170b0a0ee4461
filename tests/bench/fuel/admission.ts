import type { Page } from 'playwright-core';
import { missingBrowser, withPage } from '../browser.ts';
import { bundle } from '../bundle.ts';
import { median, row, type Row } from '../row.ts';
import type { AdmissionOrder, AdmissionTimes, timeAdmission } from './admission-page.ts';
import { buildLargeModule } from './large-module.ts';

const LARGE_BYTES = 1024 * 1024;
const REPEATS = 15;

/**
 * Admission of a large module against the engine's compilation of it, and how much larger it gets. Chromium compiles
 * functions when they are first called, so there `WebAssembly.compile` only validates; two more rows, without a goal,
 * show it against compilation of everything.
 */
export async function admissionRows(report: (row: Row) => void): Promise<void> {
  const bytes = await buildLargeModule(LARGE_BYTES);
  const megabytes = `${(bytes.length / LARGE_BYTES).toFixed(2)} MB`;
  const lazy = await withPage('chromium', (page) => measured(page, bytes));
  const against = { group: 'fuel', peer: median(lazy.compileMs), peerName: 'WebAssembly.compile', unit: 'ms' };
  const place = `${megabytes} in Chromium`;
  report(row({ ...against, name: `admission of ${place}`, ours: median(lazy.admitMs), goal: '<= 3' }));
  report(row({ ...against, name: `of that, the meter's share, ${place}`, ours: median(lazy.meterMs) }));
  report(row({ ...against, name: `of that, the digest's share, ${place}`, ours: median(lazy.digestMs) }));
  const eager = await withPage('chromium', (page) => measured(page, bytes), '--no-wasm-lazy-compilation');
  report(wholeRow(`admission of ${place}`, eager));
  if (missingBrowser('firefox') === undefined) {
    report(
      wholeRow(`admission of ${megabytes} in Firefox`, await withPage('firefox', (page) => measured(page, bytes))),
    );
  }
  const size = { name: `metered size of ${megabytes}`, ours: lazy.meteredBytes, peer: bytes.length, unit: 'bytes' };
  report(row({ group: 'fuel', ...size, peerName: 'original', goal: '<= 1.6' }));
}

function wholeRow(name: string, { admitMs, compileMs }: AdmissionTimes): Row {
  const figures = { ours: median(admitMs), peer: median(compileMs), unit: 'ms' };
  return row({ group: 'fuel', name, ...figures, peerName: 'compile, all functions' });
}

async function measured(page: Page, bytes: Uint8Array): Promise<AdmissionTimes> {
  await page.addScriptTag({ content: await bundle(new URL('./admission-page.ts', import.meta.url), 'admissionPage') });
  const order: AdmissionOrder = { wasm: Buffer.from(bytes).toString('base64'), repeats: REPEATS };
  const times = await page.evaluate<AdmissionTimes, AdmissionOrder>((given) => {
    const loaded = globalThis as unknown as { admissionPage: { timeAdmission: typeof timeAdmission } };
    return loaded.admissionPage.timeAdmission(given);
  }, order);
  if (times.denial !== '') throw new Error(`the large module is not admitted: ${times.denial}`);
  return times;
}
