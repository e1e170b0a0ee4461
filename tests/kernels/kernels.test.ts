import { describe, expect, it } from 'vitest';
import { missingBrowser } from '../bench/browser.ts';
import { exportedCounter, exportedFunction } from '../conformance/meter/engine.ts';
import { METER } from '../conformance/meter/meter.ts';
import { TICK_GLOBAL, tickModule } from '../conformance/meter/oracle/tick.ts';
import { meteredKernels, observeInBrowser, observeInNode } from './engines.ts';
import { buildKernel, KERNELS } from './index.ts';

const COMPILE_TIMEOUT = { timeout: 60_000 };
const BROWSER_TIMEOUT = { timeout: 120_000 };

describe('the meter on kernels', () => {
  it.each(KERNELS)('$name: same answer, exact fuel', COMPILE_TIMEOUT, async (kernel) => {
    const bytes = await buildKernel(kernel);
    if (!bytes) return console.log(`${kernel.name} is left out: wat2wasm is not installed`);
    const [plain, ticked, metered] = [bytes, tickModule(bytes), METER.meter(bytes)].map(
      (one) => new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(one))),
    );
    if (!plain || !ticked || !metered) throw new Error('three modules make three instances');
    const full = exportedCounter(metered, METER.fuelGlobal).value;
    const expected = exportedFunction(plain, 'run')(kernel.testSize);
    expect(exportedFunction(ticked, 'run')(kernel.testSize)).toBe(expected);
    expect(exportedFunction(metered, 'run')(kernel.testSize)).toBe(expected);
    const spent = full - exportedCounter(metered, METER.fuelGlobal).value;
    expect(spent).toBe(exportedCounter(ticked, TICK_GLOBAL).value);
  });

  for (const browser of ['chromium', 'firefox'] as const) {
    const missing = missingBrowser(browser);
    const title = `gives the same answers, memory and fuel in ${browser} as in Node${missing ? ` (${missing})` : ''}`;
    it.skipIf(missing !== undefined)(title, BROWSER_TIMEOUT, async () => {
      const order = await meteredKernels();
      expect(await observeInBrowser(browser, order)).toEqual(await observeInNode(order));
    });
  }
});
