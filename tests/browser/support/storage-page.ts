/** What the page needs for the storage tests: bundled and loaded there. */
import { auditStore } from '../../../src/browser/worker/audit-store.ts';
import { claimTokenKey } from '../../../src/browser/worker/token-key.ts';
import { isCellId, toHex, utf8 } from '../../../src/core/index.ts';
import { brokenStorePromises, STORE_RECORDS_MAX } from '../../unit/audit/store-suite.ts';

/** What the token key of a slot makes of a fixed message: equal only for equal keys. */
export async function tokenKeyPrint(slot: number): Promise<string> {
  const key = await claimTokenKey(slot);
  return toHex(await key.mac(utf8('which key is this?')));
}

/** Runs the suite of audit stores on the database. */
export async function auditStoreProblems(): Promise<readonly string[]> {
  const cell = 'e'.repeat(32);
  if (!isCellId(cell)) throw new Error('not a cell id');
  return brokenStorePromises(() => auditStore(cell, STORE_RECORDS_MAX), cell);
}
