/** The inside of the two workers of the memory bench: each a cell as it ships, over channels that were handed to it. */
import { collectionRates, type LocalTimes } from './local-rates.ts';
import { Bare } from './bare.ts';
import { openedRegion, type Region } from '../../../src/memory/index.ts';
import type { CellId } from '../../../src/core/index.ts';
import { benchCell, benchThread, opened, valueOf, type BenchCell } from '../page-cells.ts';

export interface MemoryOrder {
  readonly repeats: number;
  /** Operations one after the other in a sample, and all at once. */
  readonly serialCount: number;
  readonly pipelinedCount: number;
  readonly bulkBytes: number;
}

export interface WorkerStart {
  readonly role: 'dialer' | 'answerer';
  readonly control: RTCDataChannel;
  readonly data: RTCDataChannel;
  readonly bare: RTCDataChannel;
  readonly order: MemoryOrder;
}

/** One entry a repeat. Milliseconds, and operations or bytes a second. */
export interface RemoteTimes {
  readonly operationMs: readonly number[];
  readonly echoMs: readonly number[];
  readonly operationRate: readonly number[];
  readonly echoRate: readonly number[];
  readonly readRate: readonly number[];
  readonly bareReadRate: readonly number[];
  readonly writeRate: readonly number[];
  readonly bareWriteRate: readonly number[];
}

export interface MemoryTimes {
  readonly remote: RemoteTimes;
  readonly local: LocalTimes;
}

export type WorkerEnd = { readonly times: MemoryTimes } | { readonly error: string };

/** As much of a worker's scope as this needs. */
export interface WorkerScope {
  onmessage: ((event: MessageEvent<WorkerStart>) => void) | null;
  postMessage(message: WorkerEnd): void;
}

const TTL_MS = 300_000;

/** Serves one end; the dialer measures and answers the page. */
export function serveMemoryBench(scope: WorkerScope): void {
  scope.onmessage = ({ data: start }) => {
    const bare = new Bare(start.bare);
    if (start.role === 'answerer') bare.serve();
    const ready = Promise.all([opened(start.control), opened(start.data)]);
    const begun = benchCell({ lent: () => undefined, held: () => undefined }).then(async (bench) => {
      await ready;
      bench.link(start.role, start.control, start.data);
      return bench;
    });
    if (start.role === 'answerer') return;
    void begun
      .then((bench) => measured(bench, bare, start.order))
      .then(
        (times) => scope.postMessage({ times }),
        (error: unknown) => scope.postMessage({ error: String(error) }),
      );
  };
}

async function measured(bench: BenchCell, bare: Bare, order: MemoryOrder): Promise<MemoryTimes> {
  const peer = await bench.peer();
  const remoteRegion = await regionAt(bench, peer, order.bulkBytes);
  const remote = await remoteTimes(remoteRegion, bare, order);
  const local = await collectionRates(() => regionAt(bench, bench.cell.self, 32 << 20), order.repeats);
  return { remote, local };
}

async function regionAt({ cell }: BenchCell, lessor: CellId, quantity: number): Promise<Region> {
  const [held] = valueOf(await cell.holdings.take(lessor, [{ kind: 'mem', quantity, ttlMs: TTL_MS }]));
  if (!held) throw new Error('nothing was granted');
  return openedRegion(valueOf(await cell.regions.openRegion(held.leaseId)), benchThread);
}

async function remoteTimes(region: Region, bare: Bare, order: MemoryOrder): Promise<RemoteTimes> {
  const { repeats, serialCount, pipelinedCount, bulkBytes } = order;
  const bulk = new Uint8Array(bulkBytes).fill(7);
  const subjects: Readonly<Record<keyof RemoteTimes, () => Promise<number>>> = {
    operationMs: () => medianMs(serialCount, () => region.u32.add(0, 1)),
    echoMs: () => medianMs(serialCount, () => bare.echo()),
    operationRate: () => rate(pipelinedCount, () => Promise.all(repeated(pipelinedCount, () => region.u32.add(8, 1)))),
    echoRate: () => rate(pipelinedCount, () => bare.echoes(pipelinedCount)),
    readRate: () => rate(bulkBytes, () => region.read(0, bulkBytes)),
    bareReadRate: () => rate(bulkBytes, () => bare.receive(bulkBytes)),
    writeRate: () => rate(bulkBytes, () => region.write(0, bulk)),
    bareWriteRate: () => rate(bulkBytes, () => bare.send(bulkBytes)),
  };
  const times: Record<keyof RemoteTimes, number[]> = {
    operationMs: [],
    echoMs: [],
    operationRate: [],
    echoRate: [],
    readRate: [],
    bareReadRate: [],
    writeRate: [],
    bareWriteRate: [],
  };
  const names = Object.keys(subjects).filter((name): name is keyof RemoteTimes => name in times);
  for (let repeat = -1; repeat < repeats; repeat++) {
    for (const name of names) {
      const sample = await subjects[name]();
      // The first turn only warms up.
      if (repeat >= 0) times[name].push(sample);
    }
  }
  return times;
}

function repeated<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

async function medianMs(count: number, call: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let done = 0; done < count; done++) {
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  return times.sort((left, right) => left - right)[count >> 1] ?? NaN;
}

async function rate(amount: number, call: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await call();
  return (1_000 * amount) / (performance.now() - start);
}
