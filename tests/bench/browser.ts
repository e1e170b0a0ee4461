import { existsSync } from 'node:fs';
import { chromium, firefox, type Browser, type Page } from 'playwright-core';

/** Where a browser is when the environment does not say: a distribution's own package. */
const PATHS = {
  chromium: process.env['GRAFOS_CHROMIUM'] ?? '/usr/bin/chromium',
  firefox: process.env['GRAFOS_FIREFOX'] ?? '/usr/bin/firefox-esr',
} as const;

export type BrowserName = keyof typeof PATHS;

/** Why that browser cannot be used here, or undefined when it can. */
export function missingBrowser(name: BrowserName): string | undefined {
  if (existsSync(PATHS[name])) return undefined;
  return `${name} is not at ${PATHS[name]}: set GRAFOS_${name.toUpperCase()} to where it is`;
}

/** Opens an empty page in a fresh browser for as long as `action` takes. `engineFlags` are V8's own, for Chromium. */
export async function withPage<T>(
  name: BrowserName,
  action: (page: Page, version: string) => Promise<T>,
  engineFlags = '',
): Promise<T> {
  const browser = await launch(name, engineFlags);
  try {
    return await action(await browser.newPage(), browser.version());
  } finally {
    await browser.close();
  }
}

/** Answered by the bench itself: WebCrypto wants a secure context. */
const ORIGIN = 'https://bench.invalid/';

/** Goes to an empty page that is isolated, as the product's is: without that clocks tell no less than 0.1 ms. */
export async function goIsolated(page: Page): Promise<void> {
  const headers = {
    'content-type': 'text/html',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  };
  await page.route(ORIGIN, (route) => route.fulfill({ headers, body: '<!doctype html>' }));
  await page.goto(ORIGIN);
}

function launch(name: BrowserName, engineFlags: string): Promise<Browser> {
  if (name === 'firefox') return firefox.launch({ channel: 'moz-firefox', executablePath: PATHS.firefox });
  // Chromium has no sandbox for root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  // A page that the bench answers itself comes from no address, and may not speak to services of this machine otherwise.
  args.push('--disable-features=LocalNetworkAccessChecks');
  if (engineFlags !== '') args.push(`--js-flags=${engineFlags}`);
  return chromium.launch({ executablePath: PATHS.chromium, args });
}
