/**
 * browser/tasklet owns the insides of the tasklet and compiler workers and the messages they speak. They own no channel
 * and no storage, know nothing of the cell, and can be ended at any moment.
 */
export { serveCompiler } from './compiler-worker.ts';
export type {
  CompiledMessage,
  CompiledTasklet,
  CompileMessage,
  HandedMemoryMessage,
  KeepMessage,
  MeteredBytes,
  RunMessage,
  ToTaskletWorker,
  TaskletWorkerMessage,
} from './tasklet-messages.ts';
export { serveTasklets } from './tasklet-worker.ts';
