/// Runs one tasklet at a time; ended from outside when a tasklet has to stop.
import { serveTasklets } from '../src/browser/tasklet/index.ts';

declare const self: DedicatedWorkerGlobalScope;

serveTasklets(self);
