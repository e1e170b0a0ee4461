/** What the page does of the memory bench: a connection, with its channels handed to two workers. */
import { connection } from '../page-cells.ts';
import type { MemoryOrder, MemoryTimes, WorkerEnd, WorkerStart } from './memory-worker.ts';

const CHANNELS = 3;

export async function timeMemory(workerScript: string, order: MemoryOrder): Promise<MemoryTimes> {
  const url = URL.createObjectURL(new Blob([workerScript], { type: 'text/javascript' }));
  const [near, far] = [new Worker(url), new Worker(url)];
  const times = new Promise<MemoryTimes>((resolve, reject) => {
    near.onmessage = ({ data: end }: MessageEvent<WorkerEnd>) =>
      'times' in end ? resolve(end.times) : reject(new Error(end.error));
    for (const worker of [near, far]) worker.onerror = ({ message }) => reject(new Error(message));
  });
  const { pairs, established } = connection(CHANNELS);
  const [control, data, bare] = pairs;
  if (!control || !data || !bare) throw new Error('no channels');
  const start = (worker: Worker, role: WorkerStart['role'], end: 0 | 1): void => {
    const channels = { control: control[end], data: data[end], bare: bare[end] };
    worker.postMessage({ role, ...channels, order } satisfies WorkerStart, Object.values(channels));
  };
  start(near, 'dialer', 0);
  start(far, 'answerer', 1);
  await established;
  return times;
}
