/** A tasklet's worker as the tests need it: performs scripts on a region that is in another thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { MailboxSender, MailedRegion } from '../../../../src/memory/index.ts';
import { perform, type Script } from './script.ts';

const { mailbox, sizeBytes } = workerData as { mailbox: SharedArrayBuffer; sizeBytes: number };
const sender = new MailboxSender(mailbox, () => parentPort?.postMessage('asked'), Atomics.wait);
const region = new MailedRegion(sizeBytes, 0, sender);

parentPort?.on('message', (script: Script) => parentPort?.postMessage({ answers: perform(region, script) }));
parentPort?.postMessage('ready');
