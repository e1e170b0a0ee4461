import type { Server } from 'node:http';
import * as v from 'valibot';
import { Deadline, foundFabric, snapshotOf, type Tab } from '../browser/index.ts';
import { openCells, startBrowser, TabSeat, type Seat } from '../seat/index.ts';
import { launchServer } from '../server/index.ts';
import { CommandError, toCommandError } from '../terminal/index.ts';
import { listenForCalls } from './control.ts';
import { callKeeper } from './remote-seat.ts';
import { forgetDev, pagesFolder, socketPath, writeDev, type DevState } from './state.ts';
import { keeperSchema, type KeeperMessage, type KeeperOptions } from './start-keeper.ts';

/** The whole life of a keeper. Tells whoever started it how that went, and stays until it is told to end. */
export async function keep(argument: string | undefined): Promise<void> {
  const options = v.parse(keeperSchema, JSON.parse(argument ?? ''));
  const closing = new AbortController();
  const cleanups: (() => Promise<unknown>)[] = [];
  const end = (): void => closing.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  // Whoever started it has gone before it was ready: nobody knows of it.
  process.once('disconnect', end);
  // It may have gone while this process was loading, when nobody listened for that.
  if (!process.connected) end();
  try {
    const state = await raise(options, closing, cleanups);
    process.off('disconnect', end);
    await tell({ kind: 'ready', state });
    await new Promise<void>((resolve) => {
      if (closing.signal.aborted) resolve();
      closing.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  } catch (thrown) {
    const { failure, exitCode } = toCommandError(thrown);
    console.error(thrown);
    await tell({ kind: 'failed', failure, exitCode });
  }
  for (const cleanup of cleanups.reverse()) await cleanup().catch((error: unknown) => console.error(error));
  process.exit(0);
}

async function raise(
  options: KeeperOptions,
  closing: AbortController,
  cleanups: (() => Promise<unknown>)[],
): Promise<DevState> {
  const timeline: Record<string, number> = {};
  const done = (step: string): void => {
    timeline[step] = Math.round(performance.timeOrigin + performance.now() - options.startedWallMs);
  };
  done('keeper');
  const { folder, root } = options;
  const deadline = new Deadline(options.upDeadlineMs, closing.signal);
  const say = (text: string): void => void tell({ kind: 'say', text });
  const seated: { seat?: Seat } = {};
  const control = await claim(folder, { seat: () => seated.seat, stop: () => closing.abort() });
  cleanups.push(async () => {
    control.closeAllConnections();
    control.close();
    await forgetDev(folder);
  });
  const watching = {
    deadline,
    say,
    isHeaded: options.isHeaded,
    opened: (close: () => Promise<unknown>) => void cleanups.push(close),
  };
  const browser = startBrowser(watching);
  browser.then(
    () => done('browser'),
    () => undefined,
  );
  const port = options.port ?? 0;
  const serving = launchServer({ root, mode: 'production', isLan: false, port, builds: pagesFolder(folder), say });
  const server = await deadline.bound(serving, 'the server to start');
  done('server');
  cleanups.push(() => server.close());
  const founding = { name: options.fabricName, stewardKey: options.stewardKey };
  const linkFrom = (first: Tab): Promise<string> => foundFabric(first, founding, deadline);
  const cellsOf = { names: options.names, pageUrl: server.url, linkFrom };
  const { tabs, joinUrl } = await openCells({ ...watching, ...cellsOf, browser, done });
  seated.seat = new TabSeat(tabs, closing.signal);
  const cells = await Promise.all(
    tabs.map(async (tab) => ({ id: (await snapshotOf(tab, deadline)).self, name: tab.name })),
  );
  done('ready');
  const state = {
    version: 1,
    pid: process.pid,
    startedWallMs: Date.now(),
    url: server.url,
    joinUrl,
    cells,
    readyMs: timeline['ready'] ?? 0,
    timeline,
  } as const;
  await writeDev(folder, state);
  return state;
}

/** Takes the socket, also from a keeper that was killed. Fails with `fabric_running`. */
async function claim(folder: string, controlled: Parameters<typeof listenForCalls>[1]): Promise<Server> {
  const path = socketPath(folder);
  try {
    return await listenForCalls(path, controlled);
  } catch {
    const isAnswered = await callKeeper(folder, 'snapshots', {}).then(
      () => true,
      (error: unknown) => error instanceof CommandError && error.failure.message.includes('still starting'),
    );
    if (isAnswered) throw CommandError.of('fabric_running', 'A fabric is running already, or just starting.');
    await forgetDev(folder);
    return listenForCalls(path, controlled);
  }
}

/** Says it to whoever started this process, if that still listens. */
function tell(message: KeeperMessage): Promise<void> {
  if (message.kind === 'say') console.error(message.text);
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, {}, () => resolve());
  });
}
