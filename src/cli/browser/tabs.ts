import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { failure, isFabricErrorCode, type CellId } from '../../core/index.ts';
import type { FabricSnapshot, Program } from '../../sdk/index.ts';
import { CommandError } from '../terminal/index.ts';
import type { Deadline } from './deadline.ts';
import { CONTEXT_PERMISSIONS } from './launch.ts';
import { BROWSER_LIMITS } from './limits.ts';
import { installAnswer, type PageAnswer } from './page-door.ts';

/** A tab of its own profile: its own storage and so its own cell identity. */
export interface Tab {
  readonly name: string;
  readonly page: Page;
  /** What the tab's console complained about, newest last, bounded. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Opens `url` in a fresh profile and waits for the page to be ready. Fails with `page_failed` or the page's own code. */
export async function openTab(browser: Browser, url: string, name: string, deadline: Deadline): Promise<Tab> {
  const context = await browser.newContext({
    permissions: [...CONTEXT_PERMISSIONS],
    // Only for our own server's self-signed certificate: the address is one this command has made itself.
    ignoreHTTPSErrors: url.startsWith('https:'),
  });
  try {
    return await readyTab(context, url, name, deadline);
  } catch (error) {
    await context.close();
    throw error;
  }
}

async function readyTab(context: BrowserContext, url: string, name: string, deadline: Deadline): Promise<Tab> {
  await context.addInitScript(installAnswer);
  const page = await context.newPage();
  const tab: Tab = { name, page, complaints: complaintsOf(page), close: () => context.close() };
  await settled(tab, page.goto(url, { timeout: 0, waitUntil: 'load' }), deadline, `${name} to load the page`);
  const ready = page.evaluate(readyInPage, BROWSER_LIMITS.readyDeadlineMs);
  await answered(tab, ready, deadline, `${name} to be ready`);
  return tab;
}

/** A link to a fresh fabric whose steward this tab's profile is, with a key of its own or with `stewardKey` (PEM). */
export function foundFabric(
  tab: Tab,
  founding: { readonly name: string; readonly stewardKey?: string | undefined },
  deadline: Deadline,
): Promise<string> {
  return answered(tab, tab.page.evaluate(foundInPage, founding), deadline, `${tab.name} to found the fabric`);
}

/** Keeps the steward's key (PEM) in this tab's profile. Answers whose it is, as links name it. */
export function keepStewardKey(tab: Tab, stewardKey: string, deadline: Deadline): Promise<CellId> {
  const kept = tab.page.evaluate(keepKeyInPage, stewardKey);
  return answered(tab, kept, deadline, `${tab.name} to keep the steward's key`);
}

/**
 * Joins the fabric of `joinUrl` under the tab's name; says the code under which it waits in a lobby. Fails with the
 * fabric's own code.
 */
export async function joinFabric(
  tab: Tab,
  joinUrl: string,
  deadline: Deadline,
  say: (text: string) => void = () => undefined,
): Promise<void> {
  const joined = tab.page.evaluate(joinInPage, { joinUrl, name: tab.name });
  let code: string | undefined;
  const look = async (): Promise<void> => {
    const seen = await tab.page.evaluate(() => window.grafosLobbyCode);
    if (seen === undefined || code !== undefined) return;
    code = seen;
    say(`${tab.name} waits in the lobby until the steward lets it in, by the code ${code}.`);
  };
  const timer = setInterval(() => void look().catch(() => undefined), BROWSER_LIMITS.lobbyIntervalMs);
  try {
    await answered(tab, joined, deadline, `${tab.name} to join the fabric`);
  } catch (error) {
    if (code === undefined || !(error instanceof CommandError) || error.failure.code !== 'deadline_exceeded')
      throw error;
    throw CommandError.fromFabric(failure('not_admitted', `${tab.name} still waits in the lobby, by the code ${code}`));
  } finally {
    clearInterval(timer);
  }
}

/** Says goodbye, so that nobody waits for a tab that is closed next. Never fails, and takes a moment at most. */
export async function leaveFabric(tab: Tab): Promise<void> {
  const left = tab.page.evaluate(() => window.grafos?.fabric()?.leave()).catch(() => undefined);
  const late = new AbortController();
  const { signal } = late;
  await Promise.race([left, sleep(BROWSER_LIMITS.leaveDeadlineMs, undefined, { signal }).catch(() => undefined)]);
  late.abort();
}

/** What this tab sees of the fabric now. */
export async function snapshotOf(tab: Tab, deadline: Deadline): Promise<FabricSnapshot> {
  const taken = tab.page.evaluate(() => window.grafos?.fabric()?.snapshot());
  const snapshot = await settled(tab, taken, deadline, `${tab.name} to describe the fabric`);
  if (snapshot === undefined) throw CommandError.of('page_failed', `${tab.name} is in no fabric.`);
  return snapshot;
}

/** The programs that the page offers. */
export async function programsOf(tab: Tab, deadline: Deadline): Promise<readonly Program[]> {
  return answered(tab, tab.page.evaluate(programsInPage), deadline, 'the page to list its programs');
}

/** What the page answers, or its failure thrown: with the fabric's own code, or as `page_failed`. */
export async function answered<T>(
  tab: Tab,
  asked: Promise<PageAnswer<T>>,
  deadline: Deadline,
  waitingFor: string,
): Promise<T> {
  const answer = await settled(tab, asked, deadline, waitingFor);
  if ('value' in answer) return answer.value;
  const { code, message } = answer.failure;
  throw isFabricErrorCode(code) ? CommandError.fromFabric(failure(code, message)) : pageFailed(tab, message);
}

/** A tab that is closed, reloaded or crashed while it is asked fails as `page_failed` too. */
async function settled<T>(tab: Tab, asked: Promise<T>, deadline: Deadline, waitingFor: string): Promise<T> {
  try {
    return await deadline.bound(asked, waitingFor);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw pageFailed(tab, error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  }
}

function pageFailed(tab: Tab, message: string): CommandError {
  const seen = tab.complaints.length === 0 ? '' : ` Its console says: ${tab.complaints.join(' | ')}`;
  return CommandError.of('page_failed', `${tab.name}: ${message}.${seen}`);
}

function complaintsOf(page: Page): readonly string[] {
  const kept: string[] = [];
  const complain = (text: string): void => {
    kept.push(text);
    if (kept.length > BROWSER_LIMITS.complaintsKept) kept.shift();
  };
  page.on('pageerror', (error) => complain(error.message));
  page.on('crash', () => complain('the tab crashed'));
  page.on('console', (message) => {
    if (message.type() === 'error') complain(message.text());
  });
  return kept;
}

// The functions below run inside the page; what `installAnswer` says about itself holds for them too.

async function readyInPage(deadlineMs: number): Promise<PageAnswer<void>> {
  const endMs = performance.now() + deadlineMs;
  while (window.grafos === undefined && performance.now() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return window.grafosAnswer(window.grafos?.ready ?? Promise.reject(new Error('the page never set window.grafos')));
}

function foundInPage(founding: {
  readonly name: string;
  readonly stewardKey?: string | undefined;
}): Promise<PageAnswer<string>> {
  const { name, stewardKey } = founding;
  const founded = window.grafos?.createFabric(name, stewardKey === undefined ? {} : { stewardKey });
  return window.grafosAnswer(founded ?? Promise.reject(new Error('window.grafos is gone')));
}

function keepKeyInPage(stewardKey: string): Promise<PageAnswer<CellId>> {
  return window.grafosAnswer(
    window.grafos?.keepStewardKey(stewardKey) ?? Promise.reject(new Error('window.grafos is gone')),
  );
}

function joinInPage(to: { readonly joinUrl: string; readonly name: string }): Promise<PageAnswer<void>> {
  const joined = window.grafos?.join(to.joinUrl, {
    name: to.name,
    onWaiting: window.grafosWaits,
  });
  return window.grafosAnswer(joined?.then(() => undefined) ?? Promise.reject(new Error('window.grafos is gone')));
}

function programsInPage(): Promise<PageAnswer<readonly Program[]>> {
  return window.grafosAnswer(window.grafos?.programs() ?? Promise.reject(new Error('window.grafos is gone')));
}
