import * as comlink from 'comlink';
import { err, failure, LINK_LIMITS, ok, type Env, type FabricFailure, type Result } from '../../core/index.ts';
import type { Signaling } from '../../membership/index.ts';
import { FabricHost } from '../../sdk/host/index.ts';
import type { FabricSnapshot } from '../../sdk/index.ts';
import type { CellApi, FromCellWorker, JoinOrder, PageApi, ToCellWorker } from '../both/index.ts';
import { spawnCompiler, spawnTaskletWorker, TaskletPool } from '../compute/index.ts';
import { ChannelTransport } from './channel-transport.ts';
import { claimIdentity } from './identity.ts';
import { artifactStore, meteredModuleStore } from './storage.ts';

/** The inside of the cell worker: builds one `FabricHost` from real doors and lets the page call it. */
export function serveCell(scope: DedicatedWorkerGlobalScope, env: Env): void {
  const post = (message: FromCellWorker): void => scope.postMessage(message);
  const transport = new ChannelTransport((linkId) => post({ kind: 'link.close', linkId }));
  scope.addEventListener('message', (event: MessageEvent<ToCellWorker>) => {
    const message = event.data;
    switch (message.kind) {
      case 'start':
        return comlink.expose(cellApi(env, transport, comlink.wrap<PageApi>(message.page), post), message.calls);
      case 'link.born':
        return transport.born(message);
      case 'link.connected':
        return transport.connected(message);
      case 'link.closed':
        return transport.closed(message.linkId);
    }
  });
}

function cellApi(
  env: Env,
  transport: ChannelTransport,
  page: comlink.Remote<PageApi>,
  post: (message: FromCellWorker) => void,
): CellApi {
  let host: FabricHost | undefined;
  let releaseIdentity: () => void = () => undefined;
  const publish = (snapshot: FabricSnapshot): void => post({ kind: 'snapshot', snapshot });
  return {
    async join(order) {
      if (host) return err(failure('invalid_argument', 'this tab has joined already'));
      const [identity, artifacts, meteredModules] = await Promise.all([
        claimIdentity(order.identitySlot),
        artifactStore(),
        meteredModuleStore(),
      ]);
      releaseIdentity = () => identity.release();
      if (identity.slot !== undefined) post({ kind: 'identity', slot: identity.slot });
      const engine = new TaskletPool(order.slots, { spawnTaskletWorker, spawnCompiler, meteredModules });
      const { signer } = identity;
      const signaling = signalingOf(env, page, order.peerName);
      host = new FabricHost({ ...order, env, signer, transport, signaling, engine, artifacts, publish });
      const joined = await host.join();
      return joined.ok ? ok(host.snapshot()) : joined;
    },
    submit: (runId, request) =>
      host
        ? host.submit(runId, request)
        : Promise.resolve(err(failure('runtime_not_ready', 'this tab has not joined'))),
    cancel: (runId) => host?.cancel(runId),
    artifacts: (runId) => (host ? host.artifacts(runId) : Promise.resolve(undefined)),
    freeLease: (leaseId) => host?.freeLease(leaseId),
    rename: (name) => host?.rename(name) ?? err(failure('runtime_not_ready', 'this tab has not joined')),
    setVisible: (isVisible) => host?.setVisible(isVisible),
    setSignalingState: (state) => host?.setSignalingState(state),
    leave() {
      host?.leave();
      releaseIdentity();
    },
    ping: () => true,
  };
}

/** The page's signaling as a port of the cell: every question has a deadline, for the page may be busy or gone. */
function signalingOf(env: Env, page: comlink.Remote<PageApi>, peerName: JoinOrder['peerName']): Signaling {
  const within = <T>(
    question: Promise<Result<T, FabricFailure>>,
    deadlineMs: number,
    what: string,
  ): Promise<Result<T, FabricFailure>> =>
    new Promise((resolve) => {
      const message = `${what} took longer than ${deadlineMs} ms`;
      const late = env.timers.after(deadlineMs, () => resolve(err(failure('signaling_unreachable', message))));
      question.then(
        (answer) => {
          late.cancel();
          resolve(answer);
        },
        (error: unknown) => resolve(err(failure('internal', `${what}: ${String(error)}`))),
      );
    });
  const { signalingDeadlineMs, dialDeadlineMs } = LINK_LIMITS;
  return {
    peerName,
    open: () => within(page.openSignaling(), signalingDeadlineMs, 'reaching the signaling service'),
    claim: (rendezvousId) => within(page.claim(rendezvousId), signalingDeadlineMs, 'claiming a meeting point'),
    release: (rendezvousId) => void page.release(rendezvousId),
    dial: (name) => within(page.dial(name), dialDeadlineMs, 'opening a link'),
  };
}
