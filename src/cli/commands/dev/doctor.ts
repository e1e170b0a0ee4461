import { defineCommand } from 'citty';
import { findBrowser } from '../../browser/index.ts';
import { DEV_LIMITS, isRunning, readDev, RemoteSeat, stateFolder, type DevState } from '../../dev/index.ts';
import { createTerminal, EXIT_CODES, reasonOf, renderTable } from '../../terminal/index.ts';

/** One thing looked at. `fail` needs doing something about; `note` does not. */
interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'fail' | 'note';
  readonly detail: string;
}

/** `grafos dev doctor`: whether the fabric in the background is well, and whether this machine could run one. */
export const doctor = defineCommand({
  meta: {
    name: 'dev doctor',
    description: 'Look at the fabric in the background, part by part. Example: grafos dev doctor --json',
  },
  args: { json: { type: 'boolean', description: 'Print one JSON object', default: false } },
  async run({ args }) {
    const terminal = createTerminal();
    const folder = await stateFolder();
    const known = await readDev(folder);
    const findings = [await browserFinding(), ...(known === undefined ? [] : await fabricFindings(folder, known))];
    if (known === undefined) {
      findings.push({ check: 'fabric', state: 'note', detail: 'none is running; `grafos dev up` starts one' });
    }
    const isWell = findings.every(({ state }) => state !== 'fail');
    if (args.json) terminal.print(JSON.stringify({ isWell, isRunning: known !== undefined, findings }));
    else
      terminal.print(
        renderTable(
          ['check', 'state', 'detail'],
          findings.map((each) => [each.check, each.state, each.detail]),
        ),
      );
    return isWell ? EXIT_CODES.ok : EXIT_CODES.failed;
  },
});

async function browserFinding(): Promise<Finding> {
  return findBrowser(() => undefined).then(
    ({ version, path }) => ({ check: 'browser', state: 'ok', detail: `${version} at ${path}` }),
    (error: unknown) => ({ check: 'browser', state: 'fail', detail: reasonOf(error) }),
  );
}

async function fabricFindings(folder: string, known: DevState): Promise<readonly Finding[]> {
  if (!isRunning(known.pid)) {
    const detail = `process ${known.pid} is gone; \`grafos dev down\` clears up, \`grafos dev up\` starts anew`;
    return [{ check: 'keeper', state: 'fail', detail }];
  }
  const keeper: Finding = { check: 'keeper', state: 'ok', detail: `process ${known.pid}, state in ${folder}` };
  return [keeper, await serverFinding(known), ...(await cellFindings(folder, known))];
}

async function serverFinding({ url }: DevState): Promise<Finding> {
  try {
    const response = await fetch(`${url}api/health`, { signal: AbortSignal.timeout(DEV_LIMITS.greetDeadlineMs) });
    return { check: 'server', state: response.ok ? 'ok' : 'fail', detail: `${url} answers ${response.status}` };
  } catch (error) {
    return { check: 'server', state: 'fail', detail: `${url} does not answer: ${reasonOf(error)}` };
  }
}

async function cellFindings(folder: string, known: DevState): Promise<readonly Finding[]> {
  try {
    const snapshots = await new RemoteSeat(folder).snapshots();
    return snapshots.map(({ cells, self, phase, signaling }, index) => {
      const alive = cells.filter(({ state }) => state === 'alive').length;
      const isWell = phase === 'ready' && alive >= known.cells.length;
      const name = cells.find(({ id }) => id === self)?.name ?? `cell ${index}`;
      const detail = `${phase}, sees ${alive} of ${known.cells.length} cells, signaling ${signaling.state}`;
      return { check: name, state: isWell ? 'ok' : 'fail', detail };
    });
  } catch (error) {
    return [{ check: 'cells', state: 'fail', detail: reasonOf(error) }];
  }
}
