/** What the page needs for the storage tests: bundled and loaded there. */
import { auditStore } from '../../../src/browser/worker/audit-store.ts';
import { openDatabase } from '../../../src/browser/worker/storage.ts';
import { claimTokenKey } from '../../../src/browser/worker/token-key.ts';
import { isCellId, toHex, utf8 } from '../../../src/core/index.ts';
import { brokenStorePromises, STORE_RECORDS_MAX } from '../../unit/audit/store-suite.ts';

/** What the token key of a slot makes of a fixed message: equal only for equal keys. */
export async function tokenKeyPrint(slot: number): Promise<string> {
  const database = await openDatabase();
  const key = await claimTokenKey(database, slot);
  database?.close();
  return toHex(await key.mac(utf8('which key is this?')));
}

/** Runs the suite of audit stores on the database. */
export async function auditStoreProblems(): Promise<readonly string[]> {
  const cell = 'e'.repeat(32);
  if (!isCellId(cell)) throw new Error('not a cell id');
  return brokenStorePromises(async () => auditStore(await openDatabase(), cell, STORE_RECORDS_MAX), cell);
}

/** Makes the database as the first version of the page did, with one identity in it. */
export function makeFirstVersion(): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('grafos-web', 1);
    request.onerror = () => reject(new Error('the database cannot be made'));
    request.onupgradeneeded = () => {
      request.result
        .createObjectStore('identities', { keyPath: 'slot' })
        .put({ slot: 3, publicKey: new Uint8Array(32) });
      request.result.createObjectStore('artifacts', { keyPath: 'runId' }).createIndex('keptAtMs', 'keptAtMs');
    };
    request.onsuccess = () => {
      held = request.result;
      resolve();
    };
  });
}

/** The first version, held open as an older tab would hold it. */
let held: IDBDatabase | undefined;

export function closeFirstVersion(): void {
  held?.close();
}

/** What the database holds after it was opened as this version opens it; undefined when it could not be. */
export async function openedStores(): Promise<{ stores: readonly string[]; hasIdentity: boolean } | undefined> {
  const database = await openDatabase();
  if (!database) return undefined;
  const hasIdentity = (await database.get('identities', 3)) !== undefined;
  const stores = [...database.objectStoreNames];
  database.close();
  return { stores, hasIdentity };
}
