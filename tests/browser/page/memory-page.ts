/** What a tab needs to take part in histories: bundled and loaded there. */
import { FabricHashMap, FabricQueue, u32, u64 } from '../../../src/collections/index.ts';
import type { Region } from '../../../src/sdk/index.ts';
import { QUEUE_CAPACITY, type Call } from '../../conformance/linearizability/models.ts';
import { region } from './shared.ts';
import { CLIENTS, HISTORY_BYTES, type HistoryPlan } from '../../conformance/linearizability/plan.ts';

export { isLocal, open, take } from './shared.ts';

/** An answer, and the page's clock before it was asked for and after it came. */
export interface Recorded {
  readonly answer: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Where a word counts who has come to a history. */
const ARRIVED = HISTORY_BYTES - 8;

type Perform = (call: Call) => Promise<string>;

/** Lays out what the histories are about. */
export async function prepare(plans: readonly HistoryPlan[]): Promise<void> {
  for (const [index, { kind }] of plans.entries()) {
    const base = index * HISTORY_BYTES;
    if (kind === 'queue') await FabricQueue.create(region(), u32, { base, capacity: QUEUE_CAPACITY });
    if (kind === 'map') await FabricHashMap.create(region(), u32, u64, { base, buckets: 4 });
  }
}

/** Does one client's part of all histories, each begun together with the other clients. */
export async function record(plans: readonly HistoryPlan[], client: number): Promise<Recorded[][]> {
  const records: Recorded[][] = [];
  for (const [index, plan] of plans.entries()) {
    const base = index * HISTORY_BYTES;
    const perform = await performer(region(), plan.kind, base);
    await region().u32.add(base + ARRIVED, 1);
    while ((await region().u32.load(base + ARRIVED)) < CLIENTS) await turn();
    const asked: Promise<Recorded>[] = [];
    for (const { call, afterMs } of plan.clients[client] ?? []) {
      const dueMs = performance.now() + afterMs;
      while (performance.now() < dueMs) await turn();
      const recorded = recordedOf(perform, call);
      asked.push(recorded);
      if (!plan.isPipelined) await recorded;
    }
    records.push(await Promise.all(asked));
  }
  return records;
}

async function recordedOf(perform: Perform, call: Call): Promise<Recorded> {
  const fromMs = performance.now();
  const answer = await perform(call);
  return { answer, fromMs, toMs: performance.now() };
}

async function performer(bytes: Region, kind: Call['on'], base: number): Promise<Perform> {
  if (kind === 'word') return (call) => onWord(bytes, base, call);
  if (kind === 'queue') {
    const queue = await FabricQueue.open(bytes, u32, { base });
    return async (call) => {
      if (call.on !== 'queue') throw new Error('a queue is asked for queue operations');
      return String(call.operation === 'push' ? await queue.push(call.value) : await queue.pop());
    };
  }
  const map = await FabricHashMap.open(bytes, u32, u64, { base });
  return async (call) => {
    if (call.on !== 'map') throw new Error('a map is asked for map operations');
    if (call.operation === 'add') return String(await map.add(call.key, BigInt(call.value)));
    return String(await (call.operation === 'get' ? map.get(call.key) : map.remove(call.key)));
  };
}

async function onWord({ u32: narrow, u64: wide }: Region, base: number, call: Call): Promise<string> {
  if (call.on !== 'word') throw new Error('words are asked for atomics');
  const { operation, width, offset, value, replacement } = call;
  const at = base + offset;
  if (width === 4) {
    const [asked, next] = [Number(value), Number(replacement)];
    if (operation === 'load') return String(await narrow.load(at));
    if (operation === 'compareExchange') return String(await narrow.compareExchange(at, asked, next));
    return String(await narrow[operation](at, asked));
  }
  if (operation === 'load') return String(await wide.load(at));
  if (operation === 'compareExchange')
    return String(await wide.compareExchange(at, BigInt(value), BigInt(replacement)));
  return String(await wide[operation](at, BigInt(value)));
}

/** Lets the page do other things. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}
