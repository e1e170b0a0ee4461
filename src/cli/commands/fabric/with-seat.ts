import { isRunning, readDev, RemoteSeat, stateFolder } from '../../dev/index.ts';
import type { Seat } from '../../seat/index.ts';
import { CommandError } from '../../terminal/index.ts';

const ENVIRONMENT_VARIABLE = 'GRAFOS_FABRIC';

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
  /** What makes the command the steward of the fabric that is named: a private key, as PKCS #8 in PEM. */
  readonly stewardKey?: string | undefined;
  readonly interrupted: AbortSignal;
  readonly say: (text: string) => void;
}

/**
 * Hands `use` a seat in the fabric that is meant, and closes again what had to be opened for it. Fails with
 * `fabric_missing` when there is none.
 */
export async function withSeat<T>(audience: Audience, use: (seat: Seat) => Promise<T>): Promise<T> {
  const link = linkOf(audience);
  if (link === undefined && audience.stewardKey !== undefined) {
    throw CommandError.of('argument_invalid', '--steward-key needs the link of its fabric: --fabric <link>.');
  }
  if (audience.cells === undefined) {
    const folder = await stateFolder();
    const known = await readDev(folder);
    const isMeant = link === undefined || link === known?.joinUrl;
    if (isMeant && known !== undefined && isRunning(known.pid)) return use(new RemoteSeat(folder));
  }
  if (link === undefined && audience.cells === undefined) {
    throw CommandError.of('fabric_missing', 'No fabric is running in the background, and none is named.');
  }
  // Most commands use the fabric in the background, and need nothing that opens tabs.
  const { openSeat } = await import('./open-seat.ts');
  const closing: (() => Promise<unknown>)[] = [];
  try {
    return await use(await openSeat(link, audience, (close) => void closing.push(close)));
  } finally {
    for (const close of closing.reverse()) await close().catch(() => undefined);
  }
}

function linkOf({ fabric, cells }: Audience): string | undefined {
  if (fabric !== undefined) return fabric;
  const named = process.env[ENVIRONMENT_VARIABLE];
  return named === undefined || named === '' || cells !== undefined ? undefined : named;
}
