import { defineCommand } from 'citty';
import { DEV_LIMITS, isRunning, readDev, startKeeper, stateFolder, type DevState } from '../../dev/index.ts';
import { createTerminal, EXIT_CODES, spoken, type Terminal } from '../../terminal/index.ts';
import { interruption } from '../interruption.ts';
import { wholeNumber } from '../options.ts';
import { PROJECT_ROOT } from '../project.ts';
import { FOUNDING_ARGS, stewardKeyAt } from '../steward-key.ts';

const PORT_MAX = 65_535;
const NAME_DEFAULT = 'dev';

/** `grafos dev up`: a fabric of headless cells that stays when the command ends. */
export const up = defineCommand({
  meta: {
    name: 'dev up',
    description: 'Start a fabric in the background: a server and headless cells. Example: grafos dev up --cells 3',
  },
  args: {
    cells: {
      type: 'string',
      description: 'Number of cells',
      default: String(DEV_LIMITS.cellsDefault),
      valueHint: 'number',
    },
    name: { type: 'string', description: 'Name of the fabric', default: NAME_DEFAULT },
    port: { type: 'string', description: 'Port of the page; any free one without it', valueHint: 'number' },
    ...FOUNDING_ARGS,
    headed: { type: 'boolean', description: 'Show the tabs', default: false },
    json: { type: 'boolean', description: 'Print one JSON object', default: false },
  },
  async run({ args }) {
    const terminal = createTerminal();
    const interrupted = interruption();
    const cells = wholeNumber('cells', args.cells, 1, DEV_LIMITS.cellsMax);
    const port = args.port === undefined ? undefined : wholeNumber('port', args.port, 0, PORT_MAX);
    await checkName(args.name);
    const folder = await stateFolder();
    const known = await readDev(folder);
    if (known !== undefined && isRunning(known.pid)) {
      report(terminal, known, { isNew: false, isJson: args.json });
      return EXIT_CODES.ok;
    }
    const keyFile = args['steward-key'];
    const stewardKey = keyFile === undefined ? undefined : await stewardKeyAt(keyFile, terminal.say);
    const options = {
      folder,
      root: PROJECT_ROOT,
      names: Array.from({ length: cells }, (_, index) => `cell-${index}`),
      fabricName: args.name,
      ...(stewardKey === undefined ? {} : { stewardKey }),
      isHeaded: args.headed,
      upDeadlineMs: DEV_LIMITS.upDeadlineMs,
      startedWallMs: performance.timeOrigin,
      ...(port === undefined ? {} : { port }),
    };
    const state = await startKeeper(options, terminal.say, interrupted);
    report(terminal, state, { isNew: true, isJson: args.json });
    return EXIT_CODES.ok;
  },
});

/** Fails with `argument_invalid`. The rule takes longer to load than the usual name takes to be known. */
async function checkName(name: string): Promise<void> {
  if (name !== NAME_DEFAULT) (await import('../invitation.ts')).checkFabricName(name);
}

function report(
  terminal: Terminal,
  state: DevState,
  { isNew, isJson }: { readonly isNew: boolean; readonly isJson: boolean },
): void {
  const { pid, url, joinUrl, cells, readyMs, timeline } = state;
  if (isJson) {
    terminal.print(JSON.stringify({ isNew, pid, url, joinUrl, cells, readyMs, timeline }));
    return;
  }
  const names = cells.map(({ name }) => name).join(', ');
  terminal.print(
    [
      isNew ? `${names} are up after ${(readyMs / 1000).toFixed(1)} s.` : `A fabric is up already: ${names}.`,
      `Join with a tab of your own: ${joinUrl}`,
      `Run something on it with \`${spoken('deploy run')}\`; end it with \`${spoken('dev down')}\`.`,
    ].join('\n'),
  );
}
