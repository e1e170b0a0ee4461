import {
  findBrowser,
  joinFabric,
  launchBrowser,
  openTab,
  snapshotOf,
  type Deadline,
  type Tab,
} from '../../browser/index.ts';
import { pagesFolder, stateFolder } from '../../dev/index.ts';
import type { FabricSnapshot } from '../../../sdk/index.ts';
import { launchServer } from '../../server/index.ts';
import { CommandError } from '../../terminal/index.ts';
import { inviteTo } from '../invitation.ts';
import { PROJECT_ROOT } from '../project.ts';

export interface FabricOptions {
  readonly cells: number;
  readonly isHeaded: boolean;
  /** A build never reloads half-way because the server found a new dependency; the sources say more in a debugger. */
  readonly mode: 'development' | 'production';
  readonly name: string;
  readonly deadline: Deadline;
  readonly say: (text: string) => void;
}

/** Tabs that all see each other. The first one submits. */
export interface DemoFabric {
  readonly tabs: readonly Tab[];
  readonly joinUrl: string;
  /** What the first tab saw when the fabric was complete. */
  readonly snapshot: FabricSnapshot;
}

/** Starts a server, opens tabs, waits until all see each other, hands them to `use`, and takes all of it down again. */
export async function withFabric<T>(options: FabricOptions, use: (fabric: DemoFabric) => Promise<T>): Promise<T> {
  const cleanups: (() => Promise<unknown>)[] = [];
  try {
    return await use(await raiseFabric(options, cleanups));
  } finally {
    // What was started last goes first: tabs before the server they talk to.
    for (const cleanup of cleanups.reverse()) await cleanup().catch(() => undefined);
  }
}

async function raiseFabric(options: FabricOptions, cleanups: (() => Promise<unknown>)[]): Promise<DemoFabric> {
  const { deadline, say } = options;
  const builds = pagesFolder(await stateFolder());
  const serving = launchServer({ root: PROJECT_ROOT, mode: options.mode, isLan: false, port: 0, builds, say });
  const finding = findBrowser(say);
  finding.catch(() => undefined);
  const server = await deadline.bound(serving, 'the server to start');
  cleanups.push(() => server.close());
  const found = await deadline.bound(finding, 'a browser to be found');
  const browser = await deadline.bound(launchBrowser(found, options), `${found.version} to start`);
  cleanups.push(() => browser.close());
  say(`${server.url} is served, ${found.version} is running; opening ${options.cells} tabs.`);
  const joinUrl = inviteTo(server.url, options.name);
  const names = Array.from({ length: options.cells }, (_, index) => `cell-${index}`);
  const tabs = await Promise.all(names.map((name) => openTab(browser, server.url, name, deadline)));
  await Promise.all(tabs.map((tab) => joinFabric(tab, joinUrl, deadline)));
  return { tabs, joinUrl, snapshot: await completeFabric(tabs, options) };
}

async function completeFabric(tabs: readonly Tab[], { cells, deadline, say }: FabricOptions): Promise<FabricSnapshot> {
  const [first] = tabs;
  if (first === undefined) throw CommandError.of('argument_invalid', 'A fabric has at least one cell.');
  let seen: readonly number[] = [];
  const isComplete = async (): Promise<boolean> => {
    seen = await Promise.all(tabs.map(async (tab) => aliveIn(await snapshotOf(tab, deadline))));
    return seen.every((alive) => alive === cells);
  };
  try {
    await deadline.until(isComplete, `all ${cells} cells to see each other`);
  } catch (error) {
    if (!(error instanceof CommandError) || error.failure.code !== 'deadline_exceeded') throw error;
    const counts = seen.map((alive, index) => `cell-${index} sees ${alive}`).join(', ');
    throw CommandError.of('fabric_incomplete', `The ${cells} cells did not all find each other: ${counts}.`);
  }
  const snapshot = await snapshotOf(first, deadline);
  say(`Fabric ${snapshot.fabric.name}: ${snapshot.cells.map(({ name }) => name).join(', ')} see each other.`);
  return snapshot;
}

function aliveIn(snapshot: FabricSnapshot): number {
  return snapshot.cells.filter(({ state }) => state === 'alive').length;
}
