import { Worker } from 'node:worker_threads';
import { MAILBOX_BYTES, MailClerk } from '../../../../src/memory/index.ts';
import type { RunRegion } from '../../../../src/tasklet/index.ts';
import type { Answer, Script } from './script.ts';

/** Has the thread load TypeScript, then the module that the tests mean. */
const BOOT = `import('tsx/esm/api').then(({ register }) => { register(); return import(require('node:worker_threads').workerData.module); })`;

type Said = 'asked' | 'ready' | { readonly answers: readonly Answer[] };

/** A worker that performs scripts on `region`, which it reaches through a mailbox alone. */
export class FarWorker {
  readonly #worker: Worker;
  #hear: (answers: readonly Answer[]) => void = () => undefined;
  readonly ready: Promise<void>;

  constructor(region: RunRegion) {
    const mailbox = new SharedArrayBuffer(MAILBOX_BYTES);
    const clerk = new MailClerk(mailbox, [region]);
    const module = new URL('./mail-worker.ts', import.meta.url).href;
    this.#worker = new Worker(BOOT, { eval: true, workerData: { module, mailbox, sizeBytes: region.sizeBytes } });
    this.ready = new Promise((resolve, reject) => {
      this.#worker.on('error', reject);
      this.#worker.on('message', (said: Said) => {
        if (said === 'asked') clerk.rung();
        else if (said === 'ready') resolve();
        else this.#hear(said.answers);
      });
    });
  }

  async perform(script: Script): Promise<readonly Answer[]> {
    await this.ready;
    const answers = new Promise<readonly Answer[]>((resolve) => {
      this.#hear = resolve;
    });
    this.#worker.postMessage(script);
    return answers;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
