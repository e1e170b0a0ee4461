import { RUN_LIMITS } from '../../core/index.ts';
import { runTasklet } from '../../tasklet/index.ts';
import { handedRegions } from './handed-regions.ts';
import { instantiateWith } from './instantiate.ts';
import { KeptServer } from './kept-server.ts';
import type { RunMessage, TaskletWorkerMessage, ToTaskletWorker } from './tasklet-messages.ts';

/**
 * The inside of a tasklet worker: one run at a time, each in a fresh instance, or an instance that is kept for many calls.
 * It owns no channel and no storage.
 */
export function serveTasklets(scope: DedicatedWorkerGlobalScope): void {
  const post = (message: TaskletWorkerMessage): void => scope.postMessage(message);
  let kept: KeptServer | undefined;
  scope.onmessage = ({ data }: MessageEvent<ToTaskletWorker>) => {
    switch (data.kind) {
      case 'run':
        return run(data, post);
      case 'keep':
        kept = new KeptServer(data, post);
        return kept.serve();
      case 'call':
        return kept?.call(data.input);
      case 'finish':
        return kept?.finish();
    }
  };
  post({ kind: 'ready' });
}

function run({ module, memory, ...order }: RunMessage, post: (message: TaskletWorkerMessage) => void): void {
  const regions = memory ? handedRegions(memory, () => post({ kind: 'asked' })) : [];
  let toldAtMs = -Infinity;
  const instantiate = instantiateWith(module, () => post({ kind: 'crowded' }));
  const result = runTasklet(instantiate, { ...order, regions }, (done, total) => {
    const nowMs = performance.now();
    if (done < total && nowMs - toldAtMs < RUN_LIMITS.progressIntervalMs) return;
    toldAtMs = nowMs;
    post({ kind: 'progress', done, total });
  });
  post({ kind: 'finished', result });
}
