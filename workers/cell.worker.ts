/// The cell lives here, away from the page: rendering and background throttling do not reach it.
import { realEnv } from '../src/browser/both/index.ts';
import { serveCell } from '../src/browser/worker/index.ts';

declare const self: DedicatedWorkerGlobalScope;

serveCell(self, realEnv('cell'));
