import { defineCommand } from 'citty';
import type { WaitingView } from '../../../sdk/index.ts';
import type { Seat } from '../../seat/index.ts';
import { CommandError, createTerminal, EXIT_CODES, renderTable, unknownName } from '../../terminal/index.ts';
import { interruption } from '../interruption.ts';
import { STEWARD_ARGS, viewOf, withSteward, type StewardArgs } from '../fabric/index.ts';

/** `grafos admin lobby`: who waits, and whether newcomers have to. */
export const lobby = defineCommand({
  meta: {
    name: 'admin lobby',
    description:
      'List the cells that wait to be let in, or say whether newcomers wait. Who is here stays. Example: grafos admin lobby on',
  },
  args: {
    state: { type: 'positional', description: 'on or off; without it, who waits', required: false },
    ...STEWARD_ARGS,
  },
  async run({ args }) {
    const terminal = createTerminal();
    const wanted = args.state;
    if (wanted !== undefined && wanted !== 'on' && wanted !== 'off') {
      throw CommandError.of('argument_invalid', `The lobby is on or off, not "${wanted}".`);
    }
    return withSteward(args, { interrupted: interruption(), say: terminal.say }, async (seat) => {
      const changed =
        wanted === undefined
          ? undefined
          : (await seat.steward({ what: 'set', change: { hasLobby: wanted === 'on' } })).policy;
      const { policy, steward } = await viewOf(seat);
      const isOn = (changed ?? policy)?.hasLobby === true;
      const waiting = steward?.waiting ?? [];
      if (args.json) terminal.print(JSON.stringify({ isOn, waiting, version: (changed ?? policy)?.version ?? 0 }));
      else terminal.print([stateOf(isOn), ...tableOf(waiting)].join('\n'));
      if (steward?.isMine !== true) terminal.say('Only the steward is told who waits.');
      return EXIT_CODES.ok;
    });
  },
});

const WAITING_ARGS = {
  code: { type: 'positional', description: 'The code on its screen, or the beginning of its id', required: true },
  ...STEWARD_ARGS,
} as const;

/** `grafos admin admit`: lets a waiting cell in. */
export const admit = defineCommand({
  meta: {
    name: 'admin admit',
    description:
      'Let a cell in that waits in the lobby, by the code on its screen. Example: grafos admin admit 7KX-2QD',
  },
  args: WAITING_ARGS,
  run: ({ args }) => decide(args, args.code, 'admit', 'is let in, for good'),
});

/** `grafos admin refuse`: turns a waiting cell away for now. */
export const refuse = defineCommand({
  meta: {
    name: 'admin refuse',
    description:
      'Turn a cell away that waits in the lobby; after a minute it may wait again. Example: grafos admin refuse 7KX-2QD',
  },
  args: WAITING_ARGS,
  run: ({ args }) => decide(args, args.code, 'refuse', 'is turned away; after a minute it may wait again'),
});

async function decide(
  args: StewardArgs & { readonly json: boolean },
  code: string,
  what: 'admit' | 'refuse',
  outcome: string,
): Promise<number> {
  const terminal = createTerminal();
  return withSteward(args, { interrupted: interruption(), say: terminal.say }, async (seat) => {
    const { cell, name } = await waitingCell(seat, code);
    const { policy } = await seat.steward({ what, cell });
    const version = policy === undefined ? {} : { version: policy.version };
    terminal.print(
      args.json ? JSON.stringify({ cell, name, ...version }) : `${name} (${cell.slice(0, 8)}) ${outcome}.`,
    );
    return EXIT_CODES.ok;
  });
}

/** Fails with `not_steward` where only another is told who waits, and with `argument_invalid`. */
async function waitingCell(seat: Seat, word: string): Promise<WaitingView> {
  const { steward } = await viewOf(seat);
  // Who is not the steward is refused by the seat itself, which says why.
  if (steward?.isMine !== true) await seat.steward({ what: 'list' });
  const waiting = steward?.waiting ?? [];
  const plain = (text: string): string => text.replaceAll('-', '').toUpperCase();
  const byCode = waiting.filter((each) => plain(each.code) === plain(word));
  const found = byCode.length > 0 ? byCode : waiting.filter(({ cell }) => cell.startsWith(word.toLowerCase()));
  const [only, other] = found;
  if (only === undefined) {
    const codes = waiting.map((each) => each.code);
    throw CommandError.of(
      'argument_invalid',
      codes.length === 0 ? 'Nobody waits in the lobby.' : unknownName('waiting cell', word, codes),
    );
  }
  if (other === undefined) return only;
  const ids = found.map(({ cell }) => cell.slice(0, 8)).join(', ');
  throw CommandError.of(
    'argument_invalid',
    `More than one cell shows ${word}, so the code tells nobody apart. Turn them away by their ids: ${ids}.`,
  );
}

function stateOf(isOn: boolean): string {
  return isOn
    ? 'The lobby is on: newcomers wait until they are let in.'
    : 'The lobby is off: whoever has the link is in.';
}

function tableOf(waiting: readonly WaitingView[]): readonly string[] {
  if (waiting.length === 0) return ['Nobody waits.'];
  const rows = waiting.map(({ code, name, cell, waitedMs }) => [
    code,
    name === '' ? 'unnamed' : name,
    cell.slice(0, 8),
    `${Math.round(waitedMs / 1000)} s`,
  ]);
  return [renderTable(['code', 'name', 'cell', 'waits'], rows)];
}
