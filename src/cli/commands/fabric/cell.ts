import { hostname } from 'node:os';
import { defineCommand } from 'citty';
import { Deadline, snapshotOf, type Tab } from '../../browser/index.ts';
import { openCells } from '../../seat/index.ts';
import { createTerminal, EXIT_CODES } from '../../terminal/index.ts';
import { interruption } from '../interruption.ts';
import { wholeNumber } from '../options.ts';

const CELLS_MAX = 32;
const OPEN_MS_MAX = 120_000;

/** `grafos cell`: lends this machine to a fabric, as headless tabs, until Ctrl-C. */
export const cell = defineCommand({
  meta: {
    name: 'cell',
    description:
      'Add headless cells to a fabric until Ctrl-C. Example: grafos cell --fabric "http://localhost:5173/#/f/home?k=…" --count 2',
  },
  args: {
    fabric: { type: 'string', description: 'Join link of the fabric', required: true, valueHint: 'url' },
    count: { type: 'string', description: 'Number of cells', default: '1', valueHint: 'number' },
    name: { type: 'string', description: 'What they are called, with a number behind it', default: hostname() },
    headed: { type: 'boolean', description: 'Show the tabs', default: false },
    json: { type: 'boolean', description: 'Print one JSON object when all are in', default: false },
  },
  async run({ args }) {
    const terminal = createTerminal();
    const interrupted = interruption();
    const link = args.fabric;
    const { checkedLink } = await import('./open-seat.ts');
    checkedLink(link);
    const count = wholeNumber('count', args.count, 1, CELLS_MAX);
    const names = Array.from({ length: count }, (_, index) => `${args.name.slice(0, 40)}-${index}`);
    const deadline = new Deadline(OPEN_MS_MAX, interrupted);
    const closing: (() => Promise<unknown>)[] = [];
    try {
      const opened = (close: () => Promise<unknown>): void => void closing.push(close);
      const at = { pageUrl: link.replace(/#.*$/, ''), linkFrom: () => Promise.resolve(link) };
      const watching = { isHeaded: args.headed, deadline, say: terminal.say, opened };
      const { tabs } = await openCells({ ...at, ...watching, names });
      const cells = await Promise.all(tabs.map((tab) => cellOf(tab, interrupted)));
      terminal.print(args.json ? JSON.stringify({ cells }) : `${names.join(', ')} joined. Stop with Ctrl-C.`);
      await new Promise<void>((resolve) => interrupted.addEventListener('abort', () => resolve(), { once: true }));
    } finally {
      for (const close of closing.reverse()) await close().catch(() => undefined);
    }
    return EXIT_CODES.ok;
  },
});

async function cellOf(tab: Tab, interrupted: AbortSignal): Promise<{ readonly id: string; readonly name: string }> {
  const { self } = await snapshotOf(tab, new Deadline(OPEN_MS_MAX, interrupted));
  return { id: self, name: tab.name };
}
