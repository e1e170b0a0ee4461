import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { failure } from '../../core/index.ts';
import type { FixtureOrder, FixtureResult } from './run-fixture.ts';

const WORKER_FILE = fileURLToPath(new URL('./fixture-worker.mjs', import.meta.url));

/** Runs fixtures one after the other in a thread of their own, which can be stopped whatever they do. */
export class FixtureRunner {
  private worker: Worker | undefined;
  private latest: Promise<unknown> = Promise.resolve();

  /** A run that takes longer than `deadlineMs` ends as `deadline_exceeded`, one that breaks the thread as `worker_died`. */
  run(order: FixtureOrder, deadlineMs: number): Promise<FixtureResult> {
    const result = this.latest.then(() => this.runAlone(order, deadlineMs));
    this.latest = result.catch(() => undefined);
    return result;
  }

  private async runAlone(order: FixtureOrder, deadlineMs: number): Promise<FixtureResult> {
    // Its thread came from a `.mjs`, which loads what it needs; the flags of this one would load it twice.
    const worker = (this.worker ??= new Worker(WORKER_FILE, { execArgv: [] }));
    let timer: NodeJS.Timeout | undefined;
    const answer = await new Promise<FixtureResult>((resolve) => {
      const giveUp = (code: 'deadline_exceeded' | 'worker_died', message: string): void => {
        void this.close();
        const result = {
          status: 'failed',
          error: failure(code, message),
          output: new Uint8Array(),
          fuelUsed: 0,
          log: [],
        } as const;
        resolve({ result, peakMemoryBytes: 0 });
      };
      timer = setTimeout(() => giveUp('deadline_exceeded', `it took longer than ${deadlineMs} ms`), deadlineMs);
      worker.once('error', (error) => giveUp('worker_died', error.message));
      worker.once('message', resolve);
      worker.postMessage(order);
    });
    clearTimeout(timer);
    worker.removeAllListeners('message');
    worker.removeAllListeners('error');
    return answer;
  }

  async close(): Promise<void> {
    const worker = this.worker;
    this.worker = undefined;
    await worker?.terminate();
  }
}
