import * as comlink from 'comlink';
import { AuditLog } from '../../audit/index.ts';
import { err, failure, ok, type Env } from '../../core/index.ts';
import { FabricHost } from '../../sdk/host/index.ts';
import { isLeaseEnd, type FabricSnapshot, type LeaseEvent } from '../../sdk/index.ts';
import { cellIdOf } from '../../transport/index.ts';
import { stewardKey } from '../steward/index.ts';
import type { CellApi, FromCellWorker, JoinOrder, PageApi, ToCellWorker } from '../both/index.ts';
import { spawnCompiler, spawnTaskletWorker, TaskletPool } from '../compute/index.ts';
import { auditStore } from './audit-store.ts';
import { claimIdentity } from './identity.ts';
import { ChannelTransport, PageSignaling, webSecrecy } from './links/index.ts';
import { rehearse } from './rehearsal/index.ts';
import { PageNeighbours } from './page-neighbours.ts';
import { cellMemory, RegionCalls } from './region-calls.ts';
import { artifactStore, meteredModuleStore, policyStore } from './storage.ts';
import { claimTokenKey } from './token-key.ts';
import { WarmCalls } from './warm-calls.ts';

/** The inside of the cell worker: builds one `FabricHost` from real doors and lets the page call it. */
export function serveCell(scope: DedicatedWorkerGlobalScope, env: Env): void {
  const post = (message: FromCellWorker): void => scope.postMessage(message);
  const transport = new ChannelTransport(post);
  const connections = new ConnectionCount();
  const rehearsal = new AbortController();
  let signaling: PageSignaling | undefined;
  scope.addEventListener('message', (event: MessageEvent<ToCellWorker>) => {
    const message = event.data;
    switch (message.kind) {
      case 'prepare':
        // Whoever joins hears of what is wrong.
        return void rehearse(env, rehearsal.signal).catch(() => undefined);
      case 'start': {
        rehearsal.abort();
        const { calls, regions, warm } = message;
        const page = comlink.wrap<PageApi>(message.page);
        signaling = new PageSignaling(env, page);
        const doors = { signaling, regions, warm, connections, neighbours: new PageNeighbours(page) };
        return comlink.expose(cellApi(env, transport, doors, post), calls);
      }
      case 'link.born':
        return transport.born(message);
      case 'link.described':
        return transport.described(message);
      case 'call-channel.born':
        return transport.callChannelBorn(message);
      case 'introduction':
        return signaling?.said(message.dial, message.text);
      case 'link.path':
        return transport.pathFound(message.linkId, message.path);
      case 'connections':
        return connections.tell(message);
      case 'link.troubled':
        return transport.troubled(message.linkId);
      case 'link.closed':
        return transport.closed(message.linkId);
    }
  });
}

/** The page's count of peer connections, kept for a host that may not be there yet. */
class ConnectionCount {
  count: FabricSnapshot['connections'] = { open: 0, made: 0 };
  changed: (count: FabricSnapshot['connections']) => void = () => undefined;

  tell({ open, made }: FabricSnapshot['connections']): void {
    this.count = { open, made };
    this.changed(this.count);
  }
}

const NOT_JOINED = 'this tab has not joined';

/** What leads to the page: its signaling, where it asks about regions and warm tasklets, and who is beside it. */
interface PageDoors {
  readonly signaling: PageSignaling;
  readonly regions: MessagePort;
  readonly warm: MessagePort;
  readonly neighbours: PageNeighbours;
  readonly connections: ConnectionCount;
}

function cellApi(
  env: Env,
  transport: ChannelTransport,
  { signaling, regions, warm, connections, neighbours }: PageDoors,
  post: (message: FromCellWorker) => void,
): CellApi {
  let host: FabricHost | undefined;
  let audit: AuditLog | undefined;
  let releaseIdentity: () => void = () => undefined;
  const absent = Promise.resolve(err(failure('runtime_not_ready', NOT_JOINED)));
  const regionCalls = new RegionCalls(regions, (leaseId) => host?.leases.openRegion(leaseId) ?? absent);
  new WarmCalls(warm, (warmId, order) => host?.warm.open(warmId, order) ?? absent);
  const leaseHappened = (event: LeaseEvent): void => {
    if (event.side === 'holder' && isLeaseEnd(event)) regionCalls.leaseEnded(event.leaseId);
    post({ kind: 'lease.event', event });
  };
  const publish = (snapshot: FabricSnapshot): void => post({ kind: 'snapshot', snapshot });
  return {
    async join(order) {
      if (host) return err(failure('invalid_argument', 'this tab has joined already'));
      const { identity, artifacts, meteredModules, policies, key } = await profileOf(order);
      releaseIdentity = () => identity.release();
      if (identity.slot !== undefined) post({ kind: 'identity', slot: identity.slot });
      const memory = cellMemory(env, order.tabNumber, neighbours);
      const { waits } = memory.thread;
      const engine = new TaskletPool(order, { spawnTaskletWorker, spawnCompiler, meteredModules, waits });
      const { signer } = identity;
      signaling.peerName = order.peerName;
      const cell = cellIdOf(signer.publicKey);
      const [tokenKey, store] = await Promise.all([claimTokenKey(identity.slot), auditStore(cell)]);
      audit = await AuditLog.open({ cell, env, store });
      const links = { transport, signaling, secrecy: webSecrecy };
      const doors = { env, signer, engine, artifacts, tokenKey, audit, policies };
      const rules = key ? { stewardKey: key } : {};
      host = new FabricHost({ ...order, ...links, ...doors, ...rules, memory, publish, leaseHappened });
      connections.changed = (count) => host?.setPage({ connections: count });
      connections.changed(connections.count);
      const joined = await joinedOrWaiting(host);
      return joined.ok ? ok(host.snapshot()) : joined;
    },
    ...runCalls(() => host),
    ...leaseCalls(() => host),
    ...tabCalls(() => host),
    audit: async () =>
      audit ? ok({ lines: await audit.lines(), head: audit.head() }) : err(failure('runtime_not_ready', NOT_JOINED)),
    neighbourFound: () => void (neighbours.isAny = true),
    async leave() {
      await new Promise<void>((said) => (host ? host.leave(said) : said()));
      releaseIdentity();
    },
    ping: () => true,
  };
}

/** What this browser profile keeps for a cell. */
async function profileOf({ identitySlot, invitation }: JoinOrder) {
  const [identity, artifacts, meteredModules, policies, key] = await Promise.all([
    claimIdentity(identitySlot),
    artifactStore(),
    meteredModuleStore(),
    policyStore(),
    stewardKey(invitation.steward),
  ]);
  return { identity, artifacts, meteredModules, policies, key };
}

/** In the lobby a cell waits for a person, and the page is told how it goes by snapshots. */
function joinedOrWaiting(host: FabricHost): ReturnType<FabricHost['join']> {
  return Promise.race([host.join(), host.toldToWait.then(() => ok(undefined))]);
}

/** What the page tells of itself and its neighbours. */
function tabCalls(host: () => FabricHost | undefined): Pick<CellApi, 'rename' | 'redeem' | 'setPage'> {
  return {
    rename: (name) => host()?.rename(name) ?? err(failure('runtime_not_ready', NOT_JOINED)),
    redeem: (claim) => host()?.leases.redeem(claim),
    setPage: (change) => host()?.setPage(change),
  };
}

/** What the page may ask about runs; refused before this tab has joined. */
function runCalls(
  host: () => FabricHost | undefined,
): Pick<CellApi, 'submit' | 'cancel' | 'artifacts' | 'openMap' | 'submitPart' | 'closeMap'> {
  const absent = err(failure('runtime_not_ready', NOT_JOINED));
  const later = Promise.resolve(absent);
  return {
    submit: (runId, request) => host()?.submit(runId, request) ?? later,
    cancel: (runId) => host()?.cancel(runId),
    artifacts: (runId) => host()?.artifacts(runId) ?? Promise.resolve(undefined),
    openMap: (map, order) => host()?.openMap(map, order) ?? absent,
    submitPart: (map, runId, input) => host()?.submitPart(map, runId, input) ?? later,
    closeMap: (map) => host()?.closeMap(map),
  };
}

type LeaseCalls = Pick<
  CellApi,
  | 'acquireLease'
  | 'acquireLeases'
  | 'renewLease'
  | 'openLease'
  | 'attachLease'
  | 'leaseRef'
  | 'leaseCheckpointed'
  | 'freeLease'
  | 'revokeLease'
  | 'unfenceLease'
  | 'steward'
>;

/** What the page may ask about leases; refused before this tab has joined. */
function leaseCalls(host: () => FabricHost | undefined): LeaseCalls {
  const absent = err(failure('runtime_not_ready', NOT_JOINED));
  const later = Promise.resolve(absent);
  return {
    acquireLease: (order) => host()?.leases.acquire(order) ?? later,
    acquireLeases: (orders, waitMs) => host()?.leases.acquireAll(orders, waitMs) ?? later,
    renewLease: (leaseId, ttlMs) => host()?.leases.renew(leaseId, ttlMs) ?? later,
    openLease: (ref) => host()?.leases.open(ref) ?? later,
    attachLease: (leaseId, on) => host()?.leases.attach(leaseId, on) ?? later,
    leaseRef: (leaseId, limits) => host()?.leases.ref(leaseId, limits) ?? absent,
    leaseCheckpointed: (leaseId) => host()?.leases.checkpointed(leaseId) ?? later,
    freeLease: (leaseId) => host()?.leases.free(leaseId) ?? Promise.resolve(),
    revokeLease: (leaseId, graceMs) => host()?.leases.revoke(leaseId, graceMs) ?? later,
    steward: (wish) => host()?.steward.act(wish) ?? later,
    unfenceLease: (leaseId) => host()?.leases.unfence(leaseId) ?? false,
  };
}
