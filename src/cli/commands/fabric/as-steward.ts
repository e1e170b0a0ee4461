import { createInterface } from 'node:readline/promises';
import type { CellId } from '../../../core/index.ts';
import type { FabricSnapshot } from '../../../sdk/index.ts';
import type { Seat } from '../../seat/index.ts';
import { CommandError, unknownName, type Terminal } from '../../terminal/index.ts';
import { readStewardKey } from '../steward-key.ts';
import { AUDIENCE_ARGS, withSeat } from './with-seat.ts';

/** What every command of the steward's takes. */
export const STEWARD_ARGS = {
  ...AUDIENCE_ARGS,
  'steward-key': {
    type: 'string',
    description: "File of the steward's key; not needed for the fabric that `dev up` started",
    valueHint: 'steward.pem',
  },
  json: { type: 'boolean', description: 'Print one JSON object', default: false },
} as const;

export const YES_ARG = {
  yes: { type: 'boolean', alias: 'y', description: 'Do it without asking', default: false },
} as const;

export interface StewardArgs {
  readonly fabric?: string | undefined;
  readonly 'steward-key'?: string | undefined;
}

/** A cell as a person names it. */
export interface NamedCell {
  readonly id: CellId;
  readonly name: string;
}

/** Hands `use` a seat, with the steward's key where one is given. */
export async function withSteward<T>(
  args: StewardArgs,
  { interrupted, say }: { readonly interrupted: AbortSignal; readonly say: (text: string) => void },
  use: (seat: Seat) => Promise<T>,
): Promise<T> {
  const { fabric } = args;
  const path = args['steward-key'];
  const stewardKey = path === undefined ? undefined : await readStewardKey(path, say);
  return withSeat({ fabric, stewardKey, interrupted, say }, use);
}

/** What the steward's own cell sees; another cell's view where none of the seat is the steward's. */
export async function viewOf(seat: Seat): Promise<FabricSnapshot> {
  const snapshots = await seat.snapshots();
  const view = snapshots.find(({ steward }) => steward?.isMine === true) ?? snapshots[0];
  if (view === undefined) throw CommandError.of('internal', 'The seat has no cell.');
  return view;
}

/** The cell that is called so, or whose id begins so. Fails with `argument_invalid`. */
export function cellNamed(wanted: string, cells: readonly NamedCell[]): NamedCell {
  const found = matching(wanted, cells);
  if (found.length === 1 && found[0] !== undefined) return found[0];
  if (found.length === 0)
    throw CommandError.of(
      'argument_invalid',
      unknownName(
        'cell',
        wanted,
        cells.map(({ name }) => name),
      ),
    );
  const ids = found.map(({ id, name }) => `${id.slice(0, 8)} (${name})`).join(', ');
  throw CommandError.of('argument_invalid', `More than one cell is meant by ${wanted}: ${ids}. Give more of its id.`);
}

function matching(wanted: string, cells: readonly NamedCell[]): readonly NamedCell[] {
  const byName = cells.filter(({ name }) => name === wanted);
  return byName.length > 0 ? byName : cells.filter(({ id }) => id.startsWith(wanted.toLowerCase()));
}

/** Whether it is to be done: said on the command line, or asked. Fails with `argument_invalid` where nobody can be asked. */
export async function isConfirmed(
  question: string,
  isSaid: boolean,
  { say }: Terminal,
  interrupted: AbortSignal,
): Promise<boolean> {
  if (isSaid) return true;
  if (!process.stdin.isTTY) {
    throw CommandError.of('argument_invalid', `${question} Nobody can be asked here: say --yes.`);
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  asking.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const answer = await asking.question(`${question} [y/N] `, { signal: interrupted });
    if (/^y(es)?$/i.test(answer.trim())) return true;
    say('Nothing was changed.');
    return false;
  } catch (error) {
    throw CommandError.of('interrupted', 'Stopped before anything was changed.', { cause: error });
  } finally {
    asking.close();
  }
}
