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

/** Opens an empty page in a fresh browser for as long as `action` takes. */
export async function withPage<T>(name: BrowserName, action: (page: Page, version: string) => Promise<T>): Promise<T> {
  const browser = await launch(name);
  try {
    return await action(await browser.newPage(), browser.version());
  } finally {
    await browser.close();
  }
}

function launch(name: BrowserName): Promise<Browser> {
  if (name === 'firefox') return firefox.launch({ channel: 'moz-firefox', executablePath: PATHS.firefox });
  // Chromium has no sandbox for root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: PATHS.chromium, args });
}
