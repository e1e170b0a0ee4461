import { MemoryStore } from '../../../cell/index.ts';
import { freshId, isRunId, ok, type Env } from '../../../core/index.ts';
import type { Signaling } from '../../../membership/index.ts';
import { FabricHost } from '../../../sdk/host/index.ts';
import { deriveFabricSecrets, type FabricInvitation } from '../../../sdk/index.ts';
import { MemoryEndpoint } from '../../../transport/index.ts';
import { spawnCompiler, spawnTaskletWorker, TaskletPool } from '../../compute/index.ts';
import { freshSigner } from '../identity.ts';
import { cellMemory } from '../region-calls.ts';

/** Enough for a newcomer to hear of somebody whom it is not linked to yet. */
const CELLS = 3;
const KEY_BYTES = 18;
const MEMORY_BYTES = 1_048_576;
/** Between two looks at whether everybody has answered everybody, and how often at most. */
const LOOK_MS = 5;
const LOOKS_MAX = 40;
const TAB_NUMBER = 1;

/** The names of the cells of one rehearsal, and where the calls for them end. */
type Realm = Map<string, MemoryEndpoint>;

/**
 * Lets some cells join a fabric of which nobody else can know, and leave it, before somebody joins in earnest. Nothing of it
 * is kept; who joins without is only slower.
 */
export async function rehearse(env: Env, isOver: AbortSignal): Promise<void> {
  const quiet = { ...env, log: { write: () => undefined } };
  const invitation = { name: 'rehearsal', key: env.random.bytes(KEY_BYTES) };
  const realm: Realm = new Map();
  const hosts: FabricHost[] = [];
  try {
    for (let index = 0; index < CELLS && !isOver.aborted; index++) {
      const host = await rehearsingHost(quiet, invitation, realm);
      hosts.push(host);
      await host.join();
    }
    for (let looks = 0; looks < LOOKS_MAX && !hosts.every(hasHeardOfAll) && !isOver.aborted; looks++) {
      await new Promise<void>((wake) => void env.timers.after(LOOK_MS, wake));
    }
  } finally {
    for (const host of hosts) host.leave(() => undefined);
  }
}

function hasHeardOfAll(host: FabricHost): boolean {
  return host.snapshot().cells.filter(({ roundTripMs }) => roundTripMs !== undefined).length === CELLS - 1;
}

async function rehearsingHost(env: Env, invitation: FabricInvitation, realm: Realm): Promise<FabricHost> {
  const transport = new MemoryEndpoint(env, 0);
  const size = { slots: 1, tabNumber: TAB_NUMBER };
  const memory = cellMemory(env, TAB_NUMBER, { isAny: false, show: () => Promise.resolve(undefined) });
  const { waits } = memory.thread;
  const engine = new TaskletPool(size, {
    ...{ spawnTaskletWorker, spawnCompiler, waits },
    meteredModules: new MemoryStore(1),
  });
  return new FabricHost({
    ...{ env, invitation, transport, engine, memory },
    signer: await freshSigner(),
    signaling: signalingIn(realm, transport, env, deriveFabricSecrets(invitation).rendezvousIds[0] ?? ''),
    signalingUrl: '',
    artifacts: new MemoryStore(1),
    memoryBytes: MEMORY_BYTES,
    pageUrl: '',
    name: 'rehearsing',
    publish: () => undefined,
  });
}

function signalingIn(realm: Realm, transport: MemoryEndpoint, env: Env, meetingPoint: string): Signaling {
  const peerName = freshId(env.random, isRunId);
  realm.set(peerName, transport);
  return {
    peerName,
    open: () => Promise.resolve(ok(undefined)),
    meet: () => {
      if (realm.has(meetingPoint)) return Promise.resolve(ok({ taken: [meetingPoint], isWhole: true }));
      realm.set(meetingPoint, transport);
      return Promise.resolve(ok({ taken: [], claimed: meetingPoint, isWhole: true }));
    },
    claim: () => Promise.resolve(ok('taken')),
    release: () => undefined,
    dial: (name) => {
      const other = realm.get(name);
      if (other) transport.dial(other);
      return Promise.resolve(ok(undefined));
    },
  };
}
