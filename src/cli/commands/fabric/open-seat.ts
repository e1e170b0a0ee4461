import { Deadline, foundFabric, keepStewardKey, snapshotOf, type Tab } from '../../browser/index.ts';
import { DEV_LIMITS, pagesFolder, stateFolder } from '../../dev/index.ts';
import { parseFabricUrl, type FabricInvitation } from '../../../sdk/index.ts';
import { openCells, startBrowser, TabSeat, type Seat } from '../../seat/index.ts';
import { launchServer } from '../../server/index.ts';
import { CommandError } from '../../terminal/index.ts';
import { wholeNumber } from '../options.ts';
import { PROJECT_ROOT } from '../project.ts';
import type { Audience } from './with-seat.ts';

const OPEN_MS_MAX = 120_000;
/** Members tell the rules over each new link at once, and every two seconds who waits. */
const RULES_MS = 1_500;
const LOBBY_MS = 3_000;

/** A link into a fabric, as it was given. Fails with `fabric_url_invalid` or `wrong_key`. */
export function checkedLink(link: string): FabricInvitation {
  const parsed = parseFabricUrl(link);
  if (!parsed.ok) throw CommandError.fromFabric(parsed.error);
  return parsed.value;
}

/** A seat in the fabric of `link`, or in one of its own for as long as the command. */
export async function openSeat(
  link: string | undefined,
  audience: Audience,
  opened: (close: () => Promise<unknown>) => void,
): Promise<Seat> {
  const { cells = '1', interrupted, say } = audience;
  const named = link === undefined ? undefined : checkedLink(link);
  const deadline = new Deadline(OPEN_MS_MAX, interrupted);
  const watching = { deadline, say, isHeaded: false, opened };
  const count = wholeNumber('cells', cells, 1, DEV_LIMITS.cellsMax);
  const browser = startBrowser(watching);
  browser.catch(() => undefined);
  const names = link === undefined ? Array.from({ length: count }, (_, index) => `cell-${index}`) : ['grafos'];
  const pageUrl = link?.replace(/#.*$/, '') ?? (await ownPage(deadline, say, opened));
  const linkFrom = async (first: Tab): Promise<string> => {
    if (link === undefined) return foundFabric(first, { name: 'once' }, deadline);
    if (audience.stewardKey !== undefined) await takeOffice(first, audience.stewardKey, named?.steward, deadline);
    return link;
  };
  const { tabs } = await openCells({ ...watching, pageUrl, linkFrom, names, browser });
  if (audience.stewardKey !== undefined && tabs[0] !== undefined) await briefed(tabs[0], deadline);
  return new TabSeat(tabs, interrupted);
}

/** Gives a tab the steward's key, before it joins. Fails with `not_steward` when it is another's. */
async function takeOffice(
  tab: Tab,
  stewardKey: string,
  wanted: FabricInvitation['steward'],
  deadline: Deadline,
): Promise<void> {
  const steward = await keepStewardKey(tab, stewardKey, deadline);
  if (steward === wanted) return;
  const recovery = 'Name the key with which the fabric was founded, or the link of the fabric that this key is for.';
  const message =
    wanted === undefined
      ? 'The link names no steward, so no key sets the rules of that fabric.'
      : `The key is of steward ${steward.slice(0, 8)}, the link names ${wanted.slice(0, 8)}.`;
  throw CommandError.fromFabric({ code: 'not_steward', message, recovery });
}

/**
 * Waits until a steward that has just come has heard the rules that hold, or else there are none: a policy signed before
 * would be an older one. With a lobby, until it was told who waits.
 */
async function briefed(tab: Tab, deadline: Deadline): Promise<void> {
  const startMs = performance.now();
  const isBriefed = async (): Promise<boolean> => {
    const { policy, steward } = await snapshotOf(tab, deadline);
    const waitedMs = performance.now() - startMs;
    const isTold = policy?.hasLobby === false || (steward?.waiting.length ?? 0) > 0 || waitedMs > LOBBY_MS;
    return policy === undefined ? waitedMs > RULES_MS : isTold;
  };
  await deadline.until(isBriefed, 'the rules of the fabric', 50);
}

async function ownPage(
  deadline: Deadline,
  say: (text: string) => void,
  opened: (close: () => Promise<unknown>) => void,
): Promise<string> {
  const builds = pagesFolder(await stateFolder());
  const serving = launchServer({ root: PROJECT_ROOT, mode: 'production', isLan: false, port: 0, builds, say });
  const server = await deadline.bound(serving, 'the server to start');
  opened(() => server.close());
  return server.url;
}
