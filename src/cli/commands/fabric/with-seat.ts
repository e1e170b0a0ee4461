import { rm } from 'node:fs/promises';
import { Deadline } from '../../browser/index.ts';
import { DEV_LIMITS, isRunning, readDev, RemoteSeat, stateFolder } from '../../dev/index.ts';
import { parseFabricUrl } from '../../../sdk/index.ts';
import { openCells, startBrowser, TabSeat, type Seat } from '../../seat/index.ts';
import { launchServer } from '../../server/index.ts';
import { CommandError } from '../../terminal/index.ts';
import { inviteTo } from '../invitation.ts';
import { wholeNumber } from '../options.ts';
import { PROJECT_ROOT } from '../project.ts';

const ENVIRONMENT_VARIABLE = 'GRAFOS_FABRIC';
const OPEN_MS_MAX = 120_000;

/** The option by which every command of a fabric is told which one. */
export const AUDIENCE_ARGS = {
  fabric: {
    type: 'string',
    description: `Join link of the fabric; without it ${ENVIRONMENT_VARIABLE}, or the one that \`dev up\` started`,
    valueHint: 'url',
  },
} as const;

/** Which fabric a command is about. */
export interface Audience {
  readonly fabric?: string | undefined;
  /** Opens a fabric of as many cells for this command only, when no other is meant. */
  readonly cells?: string | undefined;
  readonly interrupted: AbortSignal;
  readonly say: (text: string) => void;
}

/**
 * Hands `use` a seat in the fabric that is meant, and closes again what had to be opened for it. Fails with
 * `fabric_missing` when there is none.
 */
export async function withSeat<T>(audience: Audience, use: (seat: Seat) => Promise<T>): Promise<T> {
  const link = linkOf(audience);
  if (link === undefined && audience.cells === undefined) {
    const folder = await stateFolder();
    const known = await readDev(folder);
    if (known !== undefined && isRunning(known.pid)) return use(new RemoteSeat(folder));
    throw CommandError.of('fabric_missing', 'No fabric is running in the background, and none is named.');
  }
  const closing: (() => Promise<unknown>)[] = [];
  try {
    return await use(await openSeat(link, audience, (close) => void closing.push(close)));
  } finally {
    for (const close of closing.reverse()) await close().catch(() => undefined);
  }
}

function linkOf({ fabric, cells }: Audience): string | undefined {
  if (fabric !== undefined) return checkedLink(fabric);
  const named = process.env[ENVIRONMENT_VARIABLE];
  return named === undefined || named === '' || cells !== undefined ? undefined : checkedLink(named);
}

/** Fails with `fabric_url_invalid` or `wrong_key`. */
export function checkedLink(link: string): string {
  const parsed = parseFabricUrl(link);
  if (!parsed.ok) throw CommandError.fromFabric(parsed.error);
  return link;
}

async function openSeat(
  link: string | undefined,
  { cells = '1', interrupted, say }: Audience,
  opened: (close: () => Promise<unknown>) => void,
): Promise<Seat> {
  const deadline = new Deadline(OPEN_MS_MAX, interrupted);
  const watching = { deadline, say, isHeaded: false, opened };
  const count = wholeNumber('cells', cells, 1, DEV_LIMITS.cellsMax);
  const browser = startBrowser(watching);
  browser.catch(() => undefined);
  const joinUrl = link ?? (await ownFabric(deadline, say, opened));
  const names = link === undefined ? Array.from({ length: count }, (_, index) => `cell-${index}`) : ['grafos'];
  return new TabSeat(await openCells({ ...watching, joinUrl, names, browser }), interrupted);
}

async function ownFabric(
  deadline: Deadline,
  say: (text: string) => void,
  opened: (close: () => Promise<unknown>) => void,
): Promise<string> {
  const folder = await stateFolder();
  const outDir = `${folder}/page-${process.pid}`;
  opened(() => rm(outDir, { recursive: true, force: true }));
  const serving = launchServer({ root: PROJECT_ROOT, mode: 'production', isLan: false, port: 0, outDir, say });
  const server = await deadline.bound(serving, 'the server to start');
  opened(() => server.close());
  return inviteTo(server.url, 'once');
}
