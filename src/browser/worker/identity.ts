import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { FabricError, type Signer } from '../../core/index.ts';

/** An identity of this browser profile. The private key cannot be taken out. */
interface StoredIdentity {
  readonly slot: number;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly privateKey: CryptoKey;
}

interface IdentitySchema extends DBSchema {
  identities: { key: number; value: StoredIdentity };
}

/** A tab's identity for as long as it is a cell. */
export interface ClaimedIdentity {
  readonly signer: Signer;
  /** Its place in the profile's pool; absent for one that lasts only as long as the tab. */
  readonly slot?: number;
  release(): void;
}

/** Tabs of one profile that can be cells at a time. */
const SLOTS_MAX = 256;
/** A reloaded tab's old self may hold its lock a moment longer. */
const RELOAD_WAIT_MS = 1_000;
const ALGORITHM = 'Ed25519';

/**
 * Claims a key of the profile's pool by Web Lock, so that a reloaded tab is the same cell and two tabs never are.
 * Where storage or locks are missing, a fresh key serves until the tab closes.
 */
export async function claimIdentity(preferredSlot?: number): Promise<ClaimedIdentity> {
  const database = await openPool();
  if (!database) return { signer: await freshSigner(), release: () => undefined };
  if (preferredSlot !== undefined) {
    const release = await claimSlot(preferredSlot, RELOAD_WAIT_MS);
    if (release) return claimed(database, preferredSlot, release);
  }
  for (let slot = 0; slot < SLOTS_MAX; slot++) {
    const release = await claimSlot(slot, 0);
    if (release) return claimed(database, slot, release);
  }
  throw new FabricError({ code: 'capacity_exceeded', message: `${SLOTS_MAX} tabs of this browser are cells already` });
}

/** The pool, or undefined where the browser stores nothing. */
async function openPool(): Promise<IDBPDatabase<IdentitySchema> | undefined> {
  try {
    return await openDB<IdentitySchema>('grafos-web.identities', 1, {
      upgrade: (fresh) => void fresh.createObjectStore('identities', { keyPath: 'slot' }),
    });
  } catch {
    return undefined;
  }
}

async function claimed(
  database: IDBPDatabase<IdentitySchema>,
  slot: number,
  release: () => void,
): Promise<ClaimedIdentity> {
  const stored = await database.get('identities', slot);
  if (stored) return { signer: signerOf(stored), slot, release };
  const fresh = await freshKeys();
  await database.put('identities', { slot, ...fresh });
  return { signer: signerOf(fresh), slot, release };
}

/** Takes the lock of a slot, waiting at most `waitMs`; answers how to give it back. */
function claimSlot(slot: number, waitMs: number): Promise<(() => void) | undefined> {
  const name = `grafos-web/identity/${slot}`;
  const options = waitMs > 0 ? { signal: AbortSignal.timeout(waitMs) } : { ifAvailable: true };
  return new Promise((resolve) => {
    navigator.locks
      .request(name, options, (lock) => {
        if (!lock) return resolve(undefined);
        return new Promise<void>((release) => resolve(release));
      })
      .catch(() => resolve(undefined));
  });
}

/** A key that serves as long as whoever asks for it. */
export async function freshSigner(): Promise<Signer> {
  return signerOf(await freshKeys());
}

type Keys = Omit<StoredIdentity, 'slot'>;

async function freshKeys(): Promise<Keys> {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new FabricError({ code: 'browser_unsupported', message: 'no Ed25519 keys here' });
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return { publicKey, privateKey: pair.privateKey };
}

function signerOf({ publicKey, privateKey }: Keys): Signer {
  return {
    publicKey,
    async sign(message) {
      return new Uint8Array(await crypto.subtle.sign(ALGORITHM, privateKey, message));
    },
    async verify(key, message, signature) {
      try {
        const imported = await crypto.subtle.importKey('raw', key, ALGORITHM, false, ['verify']);
        return await crypto.subtle.verify(ALGORITHM, imported, signature, message);
      } catch {
        return false;
      }
    },
  };
}
