import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CommandError } from '../terminal/index.ts';
import { installChromium } from './install.ts';
import { BROWSER_LIMITS } from './limits.ts';

/** A browser of the Chromium family on this machine. */
export interface FoundBrowser {
  readonly path: string;
  /** Such as `Chromium 156.0.8078.79`, or its path where asking would open a window. */
  readonly version: string;
}

const ENVIRONMENT_VARIABLE = 'GRAFOS_CHROMIUM';
const COMMAND_NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'msedge',
];

/**
 * Finds Chromium: the one named in GRAFOS_CHROMIUM, Playwright's own, the system's, and as a last resort installs
 * one. Says on `say` what it does when that takes a while. Fails with `browser_missing`.
 */
export async function findBrowser(say: (text: string) => void): Promise<FoundBrowser> {
  const named = process.env[ENVIRONMENT_VARIABLE];
  if (named !== undefined && named !== '') return useNamed(named);
  const found = await searched();
  if (found !== undefined) return found;
  say('No Chromium found on this machine; installing one (this happens once).');
  const problems = await installChromium(say);
  const installed = await searched();
  if (installed !== undefined) {
    say(`Installed ${installed.version}.`);
    return installed;
  }
  throw CommandError.of('browser_missing', ['There is no Chromium, and installing it failed.', ...problems].join(' '));
}

async function useNamed(path: string): Promise<FoundBrowser> {
  const version = await versionOf(path);
  if (version !== undefined) return { path, version };
  throw CommandError.of(
    'browser_missing',
    `${ENVIRONMENT_VARIABLE} names ${path}, which is not a browser that starts.`,
  );
}

/** Playwright's own browser, or the system's, which answers for itself while Playwright is loaded. */
async function searched(): Promise<FoundBrowser | undefined> {
  const system = firstWorking(systemPaths());
  const { chromium } = await import('playwright-core');
  return (await firstWorking([chromium.executablePath()])) ?? system;
}

async function firstWorking(paths: readonly string[]): Promise<FoundBrowser | undefined> {
  for (const path of paths) {
    if (path === '' || !existsSync(path)) continue;
    // A name on the PATH proves little: Ubuntu's chromium-browser is a script that tells people to install a snap.
    const version = await versionOf(path);
    if (version !== undefined) return { path, version };
  }
  return undefined;
}

function systemPaths(): readonly string[] {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...COMMAND_NAMES.flatMap((name) => onPath.map((folder) => join(folder, name))), ...standardPaths()];
}

function standardPaths(): readonly string[] {
  if (process.platform === 'darwin') {
    return ['Chromium', 'Google Chrome', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    );
  }
  if (process.platform !== 'win32') return [];
  const roots = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map((name) => process.env[name] ?? '');
  const programs = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'];
  return roots.filter((root) => root !== '').flatMap((root) => programs.map((program) => join(root, program)));
}

function versionOf(path: string): Promise<string | undefined> {
  // On Windows `chrome.exe --version` opens a window instead of answering.
  if (process.platform === 'win32') return Promise.resolve(existsSync(path) ? path : undefined);
  return new Promise((resolve) => {
    execFile(path, ['--version'], { timeout: BROWSER_LIMITS.versionDeadlineMs }, (error, stdout) => {
      // Debian adds what it was built on.
      const version = /^\D*\d+\.[\d.]+/.exec(stdout.trim())?.[0];
      resolve(error === null ? version : undefined);
    });
  });
}
