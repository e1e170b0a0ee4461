import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FUEL_GLOBAL, meterModule } from '../../../../src/tasklet/meter/index.ts';
import { missingBrowser, withPage, type BrowserName } from '../../../bench/browser.ts';
import { DEEP_MODULES } from './modules.ts';
import { runDeep, type DeepObservation, type DeepOrder } from './run-deep.ts';

function order(): DeepOrder {
  const modules = DEEP_MODULES.map(({ name, bytes }) => {
    const metered = meterModule(bytes);
    if (!metered.ok) throw new Error(`${name}: ${metered.error.message}`);
    return { name, wasm: Buffer.from(metered.value.bytes).toString('base64') };
  });
  return { modules, fuelGlobal: FUEL_GLOBAL };
}

const EXPECTED = DEEP_MODULES.map(({ name }) => ({ name, outcome: 'stack_exhausted' }));

function outcomes(
  observed: readonly DeepObservation[],
): readonly { readonly name: string; readonly outcome: string }[] {
  return observed.map(({ name, outcome }) => ({ name, outcome }));
}

let server: Server;

// A worker needs a page with an origin.
beforeAll(async () => {
  server = createServer(
    (_request, response) => void response.setHeader('content-type', 'text/html').end('<title>deep</title>'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  server.close();
});

function inWorker(browser: BrowserName, given: DeepOrder): Promise<readonly DeepObservation[]> {
  return withPage(browser, async (page) => {
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const source = `globalThis.__name = (value) => value; onmessage = ({ data }) => postMessage((${runDeep.toString()})(data));`;
    return page.evaluate(
      ([script, message]) =>
        new Promise<DeepObservation[]>((resolve, reject) => {
          const worker = new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));
          worker.onmessage = ({ data }) => resolve(data as DeepObservation[]);
          worker.onerror = ({ message: text }) => reject(new Error(text));
          worker.postMessage(message);
        }),
      [source, given] as const,
    );
  });
}

describe('endless recursion, metered', () => {
  it('ends by the bound on calls before the stack of Node ends', () => {
    expect(outcomes(runDeep(order()))).toEqual(EXPECTED);
  });

  for (const browser of ['chromium', 'firefox'] as const) {
    const missing = missingBrowser(browser);
    const title = `ends at the same depth in a worker of ${browser}${missing ? ` (${missing})` : ''}`;
    it.skipIf(missing !== undefined)(title, { timeout: 120_000 }, async () => {
      const given = order();
      const observed = await inWorker(browser, given);
      expect(outcomes(observed)).toEqual(EXPECTED);
      expect(observed).toEqual(runDeep(given));
    });
  }
});
