import type { Browser } from 'playwright-core';
import {
  findBrowser,
  joinFabric,
  launchBrowser,
  leaveFabric,
  openTab,
  snapshotOf,
  type Deadline,
  type FoundBrowser,
  type Tab,
} from '../browser/index.ts';
import type { FabricSnapshot } from '../../sdk/index.ts';
import { CommandError } from '../terminal/index.ts';

export interface OpenCells {
  /** Where the page is. */
  readonly pageUrl: string;
  /** The link into the fabric, which the first tab may have made. */
  readonly linkFrom: (first: Tab) => Promise<string>;
  readonly names: readonly string[];
  readonly isHeaded: boolean;
  readonly deadline: Deadline;
  readonly say: (text: string) => void;
  /** Told of everything that must be closed again, as soon as it is open. The last one goes first. */
  readonly opened: (close: () => Promise<unknown>) => void;
  /** A browser that is being found already. */
  readonly browser?: Promise<Browser>;
  /** Told when a step is done, the last of them when it is done for all: `pages`, then `joined`. */
  readonly done?: (step: string) => void;
}

/** Cells that see each other. */
export interface OpenedCells {
  readonly tabs: readonly Tab[];
  readonly joinUrl: string;
}

interface OpenedCell {
  readonly tab: Tab;
  readonly joinUrl: string;
}

/** Finds and starts a browser whose end ends all of its tabs. */
export async function startBrowser(
  options: Pick<OpenCells, 'deadline' | 'isHeaded' | 'say' | 'opened'>,
): Promise<Browser> {
  const { deadline, opened } = options;
  const found: FoundBrowser = await deadline.bound(findBrowser(options.say), 'a browser to be found');
  const browser = await deadline.bound(launchBrowser(found, options), `${found.version} to start`);
  opened(() => browser.close());
  return browser;
}

/** Opens one tab a name, all in one fabric, and waits until they see each other. */
export async function openCells(options: OpenCells): Promise<OpenedCells> {
  const { linkFrom, names, deadline } = options;
  const browser = await (options.browser ?? startBrowser(options));
  const open = (name: string, linkOf: (tab: Tab) => Promise<string>): Promise<OpenedCell> => {
    const attempt = (): Promise<OpenedCell> => openCell(browser, name, linkOf, options);
    return attempt().catch((error: unknown) => {
      if (!isWorthAnotherTry(error)) throw error;
      options.say(`${name} did not find the others; it tries once more.`);
      return attempt();
    });
  };
  const [firstName = '', ...otherNames] = names;
  const first = open(firstName, linkFrom);
  // All pages load at once, but the first one is in before the others look for it: nobody is left to wait for a race.
  const others = otherNames.map((name) => open(name, async () => (await first).joinUrl));
  const { joinUrl } = await first;
  const tabs = (await Promise.all([first, ...others])).map(({ tab }) => tab);
  await seeEachOther(tabs, deadline);
  return { tabs, joinUrl };
}

async function openCell(
  browser: Browser,
  name: string,
  linkOf: (tab: Tab) => Promise<string>,
  { pageUrl, deadline, done, say, opened }: OpenCells,
): Promise<OpenedCell> {
  const tab = await openTab(browser, pageUrl, name, deadline);
  done?.('pages');
  try {
    const joinUrl = await linkOf(tab);
    await joinFabric(tab, joinUrl, deadline, say);
    opened(() => leaveFabric(tab));
    done?.('joined');
    return { tab, joinUrl };
  } catch (error) {
    await tab.close().catch(() => undefined);
    throw error;
  }
}

/** A busy machine can take longer over an introduction than the page waits for it. */
function isWorthAnotherTry(error: unknown): boolean {
  return error instanceof CommandError && error.failure.code === 'peers_unreachable';
}

async function seeEachOther(tabs: readonly Tab[], deadline: Deadline): Promise<void> {
  let seen: readonly number[] = [];
  const isComplete = async (): Promise<boolean> => {
    const snapshots = await Promise.all(tabs.map((tab) => snapshotOf(tab, deadline)));
    const ours = new Set(snapshots.map(({ self }) => self));
    seen = snapshots.map((snapshot) => aliveAmong(snapshot, ours));
    return seen.every((alive) => alive === tabs.length);
  };
  try {
    await deadline.until(isComplete, `all ${tabs.length} cells to see each other`, 50);
  } catch (error) {
    if (!(error instanceof CommandError) || error.failure.code !== 'deadline_exceeded') throw error;
    const counts = seen.map((alive, index) => `${tabs[index]?.name ?? index} sees ${alive}`).join(', ');
    throw CommandError.of('fabric_incomplete', `The ${tabs.length} cells did not all find each other: ${counts}.`);
  }
}

function aliveAmong({ cells }: FabricSnapshot, ours: ReadonlySet<string>): number {
  return cells.filter(({ id, state }) => state === 'alive' && ours.has(id)).length;
}
