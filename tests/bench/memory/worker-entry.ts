import { serveMemoryBench, type WorkerScope } from './memory-worker.ts';

declare const self: WorkerScope;

serveMemoryBench(self);
