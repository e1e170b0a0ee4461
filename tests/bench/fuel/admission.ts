import type { Page } from 'playwright-core';
import { bundle } from '../bundle.ts';
import { median, row, type Row } from '../row.ts';
import type { AdmissionOrder, AdmissionTimes, timeAdmission } from './admission-page.ts';
import { buildLargeModule } from './large-module.ts';

const LARGE_BYTES = 1024 * 1024;
const REPEATS = 15;

/** Admission of a large module against the engine's compilation of it, and how much larger it gets. */
export async function admissionRows(page: Page, report: (row: Row) => void): Promise<void> {
  const bytes = await buildLargeModule(LARGE_BYTES);
  await page.addScriptTag({ content: await bundle(new URL('./admission-page.ts', import.meta.url), 'admissionPage') });
  const order: AdmissionOrder = { wasm: Buffer.from(bytes).toString('base64'), repeats: REPEATS };
  const { meteredBytes, denial, ...times } = await page.evaluate<AdmissionTimes, AdmissionOrder>((given) => {
    const loaded = globalThis as unknown as { admissionPage: { timeAdmission: typeof timeAdmission } };
    return loaded.admissionPage.timeAdmission(given);
  }, order);
  if (denial !== '') throw new Error(`the large module is not admitted: ${denial}`);
  const megabytes = (bytes.length / LARGE_BYTES).toFixed(2);
  const against = { group: 'fuel', peer: median(times.compileMs), peerName: 'WebAssembly.compile', unit: 'ms' };
  const name = `of ${megabytes} MB in Chromium`;
  report(row({ ...against, name: `admission ${name}`, ours: median(times.admitMs), goal: '<= 3' }));
  report(row({ ...against, name: `of that, the meter's share ${name}`, ours: median(times.meterMs) }));
  report(row({ ...against, name: `of that, the digest's share ${name}`, ours: median(times.digestMs) }));
  report(
    row({
      group: 'fuel',
      name: `metered size of ${megabytes} MB`,
      ours: meteredBytes,
      peer: bytes.length,
      peerName: 'original',
      unit: 'bytes',
      goal: '<= 1.6',
    }),
  );
}
