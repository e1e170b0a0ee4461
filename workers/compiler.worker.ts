/// Admits, meters and compiles modules, so that a large one does not hold up the cell.
import { serveCompiler } from '../src/browser/tasklet/index.ts';

declare const self: DedicatedWorkerGlobalScope;

serveCompiler(self);
