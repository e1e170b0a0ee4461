import { snapshotOf, type Deadline, type Tab } from '../../browser/index.ts';
import type { CellId } from '../../../sdk/index.ts';

const LOOK_EVERY_MS = 50;

/**
 * Closes `count` tabs one after the other, each while it runs something for the first tab, as a person would who does not care.
 * `stop` ends that and answers the cells that were closed.
 */
export function closeTabs(
  tabs: readonly Tab[],
  count: number,
  deadline: Deadline,
  say: (text: string) => void,
): { stop(): Promise<readonly CellId[]> } {
  const closed: CellId[] = [];
  const [submitter] = tabs;
  let isOver = submitter === undefined || count === 0;
  const closeOne = async (from: Tab): Promise<void> => {
    const { cells, runs, self } = await snapshotOf(from, deadline);
    const busy = runs.find(({ submitter: by, status, cell }) => by === self && status === 'running' && cell !== self);
    const name = cells.find(({ id, state }) => id === busy?.cell && state === 'alive')?.name;
    const tab = tabs.find((each) => each !== from && each.name === name);
    if (busy?.cell === undefined || tab === undefined || closed.includes(busy.cell)) return;
    closed.push(busy.cell);
    say(`  closing ${tab.name} while it runs ${busy.tasklet}`);
    await tab.close();
  };
  const loop = async (from: Tab): Promise<void> => {
    while (!isOver && closed.length < count) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      await closeOne(from).catch(() => undefined);
    }
  };
  const looping = submitter === undefined || isOver ? Promise.resolve() : loop(submitter);
  return {
    async stop() {
      isOver = true;
      await looping;
      return closed;
    },
  };
}
