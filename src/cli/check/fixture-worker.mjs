// The thread in which fixtures run: teaches Node to read TypeScript, then hands over.
import { parentPort } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { runFixture } = await import('./run-fixture.ts');
parentPort.on('message', (order) => parentPort.postMessage(runFixture(order)));
