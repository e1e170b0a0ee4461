import { loadPeerDoor } from './signaling/index.ts';

/**
 * Workers of cells, one of them started ahead: a worker takes longer to start than a newcomer to be let in. The spare
 * knows nothing of any fabric until it is taken.
 */
let spare: Worker | undefined;

/** Starts a worker for the next join, if none waits, and fetches what joining takes. */
export function prepareToJoin(): void {
  // Whoever joins asks again, and hears of it if that fails.
  void loadPeerDoor().catch(() => undefined);
  if (spare || typeof Worker !== 'function') return;
  const started = startWorker();
  // Whoever joins would not hear of an error that came before.
  started.onerror = () => {
    if (spare === started) spare = undefined;
  };
  spare = started;
}

/** The worker of one cell. Whoever takes it ends it. */
export function takeWorker(): Worker {
  const taken = spare ?? startWorker();
  spare = undefined;
  taken.onerror = null;
  return taken;
}

function startWorker(): Worker {
  return new Worker(new URL('../../../workers/cell.worker.ts', import.meta.url), { type: 'module', name: 'cell' });
}
