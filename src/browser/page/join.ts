import type { NeighbourClaim } from '../../cell/index.ts';
import { FabricError, failure, freshId, isRunId, LINK_LIMITS, type Env, type FabricFailure } from '../../core/index.ts';
import { drawTabNumber, type Thread } from '../../memory/index.ts';
import {
  deriveFabricSecrets,
  FabricClient,
  handOfferIn,
  parseFabricUrl,
  type Fabric,
  type FabricSecrets,
  type FabricSnapshot,
  type IceServer,
} from '../../sdk/index.ts';
import { UNNAMED_PREFIX } from '../../membership/index.ts';
import { browserThread, realEnv, THREAD_INDEX } from '../both/index.ts';
import { CellWorker } from './cell-worker.ts';
import { EarlyDoor } from './early-door.ts';
import { NeighbourWindows } from './neighbours.ts';
import { missingEssential, slotsOf } from './preflight.ts';
import {
  friendlyName,
  storedIceServers,
  storedIdentitySlot,
  storeIdentitySlot,
  type JoinOptions,
} from './settings/index.ts';
import {
  carriedDials,
  HandDoor,
  BesideDoor,
  LinkBirths,
  LOCAL_SIGNALING,
  LocalDoor,
  MANUAL_SIGNALING,
  Offers,
  PeerDoor,
  signalingAddress,
  watchNetwork,
  type PeerDoorDeps,
  type SignalingAddress,
  type SignalingDoor,
} from './signaling/index.ts';
import type { HandLinks } from './signaling/by-hand/index.ts';

const MEMORY_BYTES_DEFAULT = 1_073_741_824;

/**
 * Joins the fabric of a join URL and answers it once this cell is a member. Rejects with `FabricError`:
 * `fabric_url_invalid`, `wrong_key`, `insecure_context`, `browser_unsupported`, `signaling_unreachable`,
 * `peers_unreachable`, `worker_died`.
 */
export async function joinFabric(url: string, options: JoinOptions = {}): Promise<Fabric> {
  const invitation = parseFabricUrl(url);
  if (!invitation.ok) throw new FabricError(invitation.error);
  const pageUrl = url.startsWith('#') ? location.href : url.replace(/#.*$/, '');
  const setting = options.signalingUrl ?? (handOfferIn(url) === undefined ? undefined : MANUAL_SIGNALING);
  const isServed = setting !== LOCAL_SIGNALING && setting !== MANUAL_SIGNALING;
  const address = isServed ? signalingAddress(setting, new URL('.', location.href).href) : undefined;
  if (address?.ok === false) throw new FabricError(address.error);
  const missing = await missingEssential();
  if (missing) throw new FabricError(missing);
  const env = realEnv('page');
  const peerName = `${setting === MANUAL_SIGNALING ? UNNAMED_PREFIX : ''}${freshId(env.random, isRunId)}`;
  const iceServers = [
    ...(options.iceServers ?? storedIceServers()),
    ...(options.useLinkServers === true ? (invitation.value.iceServers ?? []) : []),
  ].slice(0, LINK_LIMITS.iceServersMax);
  let secrets: FabricSecrets | undefined;
  const tab = new Tab(peerName, {
    env,
    secrets: () => (secrets ??= deriveFabricSecrets(invitation.value)),
    service: address?.value ?? (setting === LOCAL_SIGNALING ? 'local' : 'manual'),
    iceServers,
    hasSteward: invitation.value.steward !== undefined,
  });
  const tabNumber = drawTabNumber(env.random);
  const identitySlot = storedIdentitySlot();
  const joined = await tab.worker
    .join({
      invitation: invitation.value,
      pageUrl,
      name: options.name ?? friendlyName(env.random.bytes(2)),
      peerName,
      signalingUrl: address?.value.url ?? setting ?? '',
      ...(identitySlot === undefined ? {} : { identitySlot }),
      tabNumber,
      slots: options.slots ?? slotsOf(navigator.hardwareConcurrency),
      memoryBytes: options.memoryBytes ?? MEMORY_BYTES_DEFAULT,
    })
    .catch((error: unknown) => {
      tab.close();
      throw error;
    });
  if (!joined.ok) {
    tab.close();
    throw new FabricError(joined.error);
  }
  const member = await tab.letIn(joined.value, options);
  return tab.client({ ...env, thread: browserThread({ tab: tabNumber, index: THREAD_INDEX.page }, env) }, member);
}

interface TabSignaling {
  readonly env: Env;
  /** They take a moment to derive, and are the same each time. */
  readonly secrets: () => FabricSecrets;
  /** A PeerServer, or what tabs do without one. */
  readonly service: SignalingAddress | 'local' | 'manual';
  readonly iceServers: readonly IceServer[];
  /** Whether there may be somebody who has to let cells in. */
  readonly hasSteward: boolean;
}

/** What one joined tab holds on the page thread: the worker, the peer connections, and the eyes on the page's life. */
class Tab {
  readonly worker: CellWorker;
  readonly #births: LinkBirths;
  readonly #neighbours: NeighbourWindows;
  readonly #door: SignalingDoor;
  readonly #offers: Offers;
  readonly #signaling: TabSignaling;
  #hand: Promise<HandLinks> | undefined;
  readonly #eyes = new AbortController();
  #client: FabricClient | undefined;
  /** Tells the door that this cell is a member. */
  #joined: () => void = () => undefined;
  #heard: (snapshot: FabricSnapshot) => void = () => undefined;
  #diedWaiting: (reason: FabricFailure) => void = () => undefined;

  constructor(peerName: string, signaling: TabSignaling) {
    const { service, iceServers, secrets } = signaling;
    this.#signaling = signaling;
    this.#births = new LinkBirths((message, transfer) => this.worker.post(message, transfer));
    this.#offers = new Offers(this.#births, iceServers);
    const door = this.#doorTo(service, peerName);
    this.worker = new CellWorker(
      {
        openSignaling: () => this.#door.open(),
        meet: (rendezvousIds) => this.#door.meet(rendezvousIds),
        claim: (rendezvousId) => this.#door.claim(rendezvousId),
        release: (rendezvousId) => this.#door.release(rendezvousId),
        keptElsewhere: (rendezvousIds) => this.#door.keptElsewhere?.(rendezvousIds),
        dial: (name) => this.#door.dial(name),
        ...carriedDials(() => ({ offers: this.#offers, door: this.#door, worker: this.worker })),
        showNeighbours: (claim) => this.#neighbours.show(claim),
      },
      {
        snapshot: (snapshot) => this.#heard(snapshot),
        leaseHappened: (event) => this.#client?.leaseHappened(event),
        identity: (slot) => storeIdentitySlot(slot),
        closeLink: (linkId) => this.#births.close(linkId),
        callChannel: (name) => this.#births.callChannel(name),
        giveCallChannel: (name) => this.#births.giveCallChannel(name),
        linkProven: (linkId, secret) => this.#births.proven(linkId, secret),
        died: (reason) => this.#died(reason),
      },
    );
    const found = (): void => this.worker.neighbourFound();
    const redeem = (claim: NeighbourClaim): Promise<SharedArrayBuffer | undefined> => this.worker.redeem(claim);
    this.#neighbours = new NeighbourWindows({ found, redeem }, this.#eyes.signal);
    this.#door = service === 'manual' ? door : new EarlyDoor(door, peerName, () => secrets().rendezvousIds);
    this.#watchPage();
  }

  #doorTo(service: TabSignaling['service'], peerName: string): SignalingDoor {
    const { env, secrets, hasSteward } = this.#signaling;
    const [offers, { random }] = [this.#offers, env];
    if (service === 'manual') return new HandDoor();
    // The channel's name is one that only those who hold the key can derive.
    if (service === 'local') return new LocalDoor(peerName, secrets().rendezvousIds[0] ?? '', offers, random);
    const stateChanged: PeerDoorDeps['stateChanged'] = (state) => this.worker.setPage({ signaling: state });
    const far = new PeerDoor(peerName, { address: service, offers, random, stateChanged });
    const [meetingPoint = ''] = secrets().rendezvousIds;
    const near = new LocalDoor(peerName, meetingPoint, offers, random);
    const door = new BesideDoor(far, { door: near, meetingPoint: `${meetingPoint}/beside`, isOpen: !hasSteward });
    this.#joined = () => door.joined();
    return door;
  }

  client(env: Env & { readonly thread: Thread }, first: FabricSnapshot): Fabric {
    const { worker } = this;
    const leave = async (): Promise<void> => {
      if (!this.#eyes.signal.aborted) await worker.leave();
      this.close();
    };
    this.#client = new FabricClient(
      {
        submit: (runId, request) => worker.submit(runId, request),
        cancel: (runId) => worker.cancel(runId),
        artifacts: (runId) => worker.artifacts(runId),
        openMap: (map, order) => worker.openMap(map, order),
        submitPart: (map, runId, input) => worker.submitPart(map, runId, input),
        closeMap: (map) => worker.closeMap(map),
        acquireLease: (order) => worker.acquireLease(order),
        acquireLeases: (orders, waitMs) => worker.acquireLeases(orders, waitMs),
        renewLease: (leaseId, ttlMs) => worker.renewLease(leaseId, ttlMs),
        openLease: (ref) => worker.openLease(ref),
        attachLease: (leaseId, on) => worker.attachLease(leaseId, on),
        leaseRef: (leaseId, limits) => worker.leaseRef(leaseId, limits),
        leaseCheckpointed: (leaseId) => worker.leaseCheckpointed(leaseId),
        freeLease: (leaseId) => worker.freeLease(leaseId),
        revokeLease: (leaseId, graceMs) => worker.revokeLease(leaseId, graceMs),
        unfenceLease: (leaseId) => worker.unfenceLease(leaseId),
        openRegion: (leaseId) => worker.openRegion(leaseId),
        openWarm: (warmId, order) => worker.openWarm(warmId, order),
        steward: (wish) => worker.steward(wish),
        audit: () => worker.audit(),
        rename: (name) => worker.rename(name),
        leave,
        byHand: {
          invite: async () => (await this.#byHand()).invite(),
          answer: async (offer) => (await this.#byHand()).answer(offer),
        },
      },
      env,
      first,
    );
    const client = this.#client;
    this.#joined();
    this.#heard = (snapshot) => {
      client.receive(snapshot);
      // Shown out: its identity is free for whoever tries again.
      if (snapshot.phase === 'failed') this.close();
    };
    return client;
  }

  /** Waits in the lobby, if that is where this cell is. Rejects when it is not let in or gives up. */
  async letIn(first: FabricSnapshot, { onWaiting, signal }: JoinOptions): Promise<FabricSnapshot> {
    if (first.phase !== 'waiting') return first;
    try {
      return await new Promise<FabricSnapshot>((resolve, reject) => {
        const fail = (why: FabricFailure): void => reject(new FabricError(why));
        const stop = (): void => fail(failure('cancelled', 'waiting in the lobby was given up'));
        this.#heard = (snapshot) => {
          if (snapshot.lobby) onWaiting?.(snapshot.lobby);
          if (snapshot.phase === 'ready') resolve(snapshot);
          if (snapshot.failure) fail(snapshot.failure);
        };
        this.#diedWaiting = fail;
        signal?.addEventListener('abort', stop, { once: true });
        if (signal?.aborted) stop();
        this.#heard(first);
      });
    } catch (thrown) {
      await this.worker.leave().catch(() => undefined);
      this.close();
      throw thrown;
    }
  }

  /** Fetched when it is first used: most tabs never are linked by hand. */
  #byHand(): Promise<HandLinks> {
    const { iceServers, secrets, env } = this.#signaling;
    this.#hand ??= import('./signaling/by-hand/index.ts').then(
      ({ HandLinks }) => new HandLinks({ births: this.#births, iceServers, fabric: secrets().fabricId, env }),
    );
    return this.#hand;
  }

  close(): void {
    this.#eyes.abort();
    this.#door.close();
    this.#offers.close();
    this.#births.closeAll();
    this.worker.terminate();
  }

  #died(reason: FabricFailure): void {
    this.#client?.hostDied(reason);
    this.#diedWaiting(reason);
    this.close();
  }

  #watchPage(): void {
    const { signal } = this.#eyes;
    document.addEventListener('visibilitychange', () => this.worker.setPage({ isVisible: !document.hidden }), {
      signal,
    });
    // A browser may stop a page in the background; the others are told, so that its silence is not taken for its end.
    document.addEventListener('freeze', () => this.worker.setPage({ isFrozen: true }), { signal });
    document.addEventListener('resume', () => this.worker.setPage({ isFrozen: false }), { signal });
    watchNetwork((networkChanges) => {
      this.#door.networkChanged?.();
      this.worker.setPage({ networkChanges });
    }, signal);
    // The goodbye may not get out of a dying worker; closing the connections from here is what the others notice.
    addEventListener('pagehide', () => this.#goodbye(), { signal });
    // A page that comes back from the cache has missed its leases: it starts again as a fresh session.
    addEventListener('pageshow', (event) => event.persisted && location.reload(), { signal });
  }

  #goodbye(): void {
    void this.worker.leave().catch(() => undefined);
    this.#births.closeAll();
  }
}
