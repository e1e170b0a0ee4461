/**
 * What leased memory costs in Chromium: collections in the thread that shares the bytes against bare arrays and another map
 * over shared memory; and operations on a region of another cell against the bare channel, both ends in workers.
 */
import { missingBrowser, goIsolated, withPage } from '../browser.ts';
import { bundle } from '../bundle.ts';
import { median, row, type BenchGroup } from '../row.ts';
import type { timeMemory } from './memory-page.ts';
import type { MemoryOrder, MemoryTimes } from './memory-worker.ts';

const GROUP = 'memory';
const ORDER: MemoryOrder = { repeats: 11, serialCount: 200, pipelinedCount: 4_000, bulkBytes: 16 << 20 };
const MB = 1e6;

export const MEMORY: BenchGroup = {
  name: GROUP,
  async run(report) {
    const missing = missingBrowser('chromium');
    if (missing) return console.error(`nothing is measured: ${missing}`);
    const { local, remote } = await withPage('chromium', async (page) => {
      await goIsolated(page);
      const worker = await bundle(new URL('./worker-entry.ts', import.meta.url), 'memoryWorker');
      await page.addScriptTag({ content: await bundle(new URL('./memory-page.ts', import.meta.url), 'memoryPage') });
      return page.evaluate<MemoryTimes, readonly [string, MemoryOrder]>(
        ([script, order]) => {
          const loaded = globalThis as unknown as { memoryPage: { timeMemory: typeof timeMemory } };
          return loaded.memoryPage.timeMemory(script, order);
        },
        [worker, ORDER],
      );
    });
    const compare = (
      name: string,
      ours: readonly number[],
      peer: readonly number[],
      about: { readonly peerName: string; readonly unit: string; readonly goal: `${'<=' | '>='} ${number}` },
      scale = 1,
    ): void =>
      report(
        row({
          group: GROUP,
          name,
          ours: median(ours) / scale,
          peer: median(peer) / scale,
          ...about,
          ratio: median(ours.map((sample, index) => sample / (peer[index] ?? NaN))),
        }),
      );
    const rate = { unit: 'a second' };
    const bare = { ...rate, peerName: 'bare Float64Array', goal: '>= 0.5' } as const;
    compare('FabricVec<f64> get and set, local, in order', local.vec, local.array, bare);
    compare('FabricVec<f64> get and set, local, scattered', local.vecScattered, local.arrayScattered, bare);
    compare('FabricHashMap get, local', local.mapGet, local.sharedMapGet, {
      ...rate,
      peerName: 'sharedmap',
      goal: '>= 3',
    });
    compare('FabricHashMap set, local', local.mapSet, local.sharedMapSet, {
      ...rate,
      peerName: 'sharedmap',
      goal: '>= 2',
    });
    compare('region operation at another cell, p50', remote.operationMs, remote.echoMs, {
      unit: 'ms',
      peerName: 'bare echo',
      goal: '<= 1.25',
    });
    compare('region operations at another cell, pipelined', remote.operationRate, remote.echoRate, {
      ...rate,
      peerName: 'bare echo',
      goal: '>= 3',
    });
    const bulk = { unit: 'MB/s', peerName: 'bare channel', goal: '>= 0.95' } as const;
    compare('bulk read from another cell', remote.readRate, remote.bareReadRate, bulk, MB);
    compare('bulk write to another cell', remote.writeRate, remote.bareWriteRate, bulk, MB);
  },
};
