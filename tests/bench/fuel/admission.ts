import type { Page } from 'playwright-core';
import { missingBrowser, withPage } from '../browser.ts';
import { bundle } from '../bundle.ts';
import { median, row, type Row } from '../row.ts';
import type { AdmissionOrder, AdmissionTimes } from './admission-worker.ts';
import { buildLargeModule } from './large-module.ts';

const LARGE_BYTES = 1024 * 1024;
const WARM_UPS = 15;
const REPEATS = 25;
/** Answered by the bench itself: WebCrypto wants a secure context. */
const ORIGIN = 'https://bench.invalid/';

/**
 * Admission of a large module, in a worker and with WebCrypto's digest as the product does it, against the engine's
 * compilation of it, and how much larger it gets. Chromium compiles functions when they are first called, so there
 * `WebAssembly.compile` only validates; two more rows, without a goal, show it against compilation of everything.
 */
export async function admissionRows(report: (row: Row) => void): Promise<void> {
  const bytes = await buildLargeModule(LARGE_BYTES);
  const megabytes = `${(bytes.length / LARGE_BYTES).toFixed(2)} MB`;
  const lazy = await withPage('chromium', (page) => measured(page, bytes));
  const against = { group: 'fuel', peer: median(lazy.compileMs), peerName: 'WebAssembly.compile', unit: 'ms' };
  const place = `${megabytes} in Chromium`;
  report(row({ ...against, name: `admission of ${place}`, ...figures(lazy.admitMs, lazy), goal: '<= 3' }));
  report(row({ ...against, name: `of that, the meter's share, ${place}`, ...figures(lazy.meterMs, lazy) }));
  report(row({ ...against, name: `of that, the digest's share, ${place}`, ...figures(lazy.digestMs, lazy) }));
  report(row({ ...against, name: `first admission of a worker, ${place}`, ours: lazy.firstMs }));
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

function wholeRow(name: string, times: AdmissionTimes): Row {
  const peer = { peer: median(times.compileMs), peerName: 'compile, all functions' };
  return row({ group: 'fuel', name, ...figures(times.admitMs, times), ...peer, unit: 'ms' });
}

/** The median, and that of the ratios of neighbouring samples: those two met the same load, whatever it was. */
function figures(ours: readonly number[], { compileMs }: AdmissionTimes): { ours: number; ratio: number } {
  return { ours: median(ours), ratio: median(ours.map((sample, index) => sample / (compileMs[index] ?? NaN))) };
}

async function measured(page: Page, bytes: Uint8Array): Promise<AdmissionTimes> {
  await page.route(ORIGIN, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
  await page.goto(ORIGIN);
  const script = await bundle(new URL('./admission-worker.ts', import.meta.url), 'admissionWorker');
  const order = { wasm: Buffer.from(bytes).toString('base64'), warmUps: WARM_UPS, repeats: REPEATS };
  const times = await page.evaluate<AdmissionTimes, { script: string; order: AdmissionOrder }>(
    (given) =>
      new Promise((resolve, reject) => {
        const worker = new Worker(URL.createObjectURL(new Blob([given.script], { type: 'text/javascript' })));
        worker.onmessage = (event: MessageEvent<AdmissionTimes>) => resolve(event.data);
        worker.onerror = (event) => reject(new Error(event.message));
        worker.postMessage(given.order);
      }),
    { script, order },
  );
  if (times.denial !== '') throw new Error(`the large module is not admitted: ${times.denial}`);
  return times;
}
