/** The only place in the worker wing that knows where worker scripts are. */

export function spawnTaskletWorker(): Worker {
  return new Worker(new URL('../../../workers/tasklet.worker.ts', import.meta.url), {
    type: 'module',
    name: 'tasklet',
  });
}

export function spawnCompiler(): Worker {
  return new Worker(new URL('../../../workers/compiler.worker.ts', import.meta.url), {
    type: 'module',
    name: 'compiler',
  });
}
