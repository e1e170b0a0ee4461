import { deriveFabricSecrets } from '../../sdk/index.ts';
import type { ToCellWorker } from '../both/index.ts';
import { missingEssential } from './preflight.ts';
import { warmUp } from './signaling/index.ts';

/** What a fabric's secrets are derived from, to have done it once. */
const NOBODYS = { name: 'nobody', key: new Uint8Array(18) };

/**
 * Workers of cells, one of them started ahead: a worker takes longer to start than a newcomer to be let in. The spare
 * knows nothing of any fabric until it is taken.
 */
let spare: Worker | undefined;

/** Starts a worker for the next join, if none waits, and does what each page's first link would have to wait for. */
export function prepareToJoin(): void {
  void missingEssential().then((missing) => (missing ? undefined : warmUp()));
  deriveFabricSecrets(NOBODYS);
  if (spare || typeof Worker !== 'function') return;
  const started = startWorker();
  // Whoever joins would not hear of an error that came before.
  started.onerror = () => {
    if (spare === started) spare = undefined;
  };
  const prepare: ToCellWorker = { kind: 'prepare' };
  started.postMessage(prepare);
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
