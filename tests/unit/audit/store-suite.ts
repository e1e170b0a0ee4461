import { AuditChain, type AuditRecord, type AuditStore } from '../../../src/audit/index.ts';
import type { CellId, Clock } from '../../../src/core/index.ts';

export const STORE_RECORDS_MAX = 500;

/**
 * What every audit store promises, for the twin in Node and the database in a page. Answers what was not kept;
 * `reopen` opens the same store again, as after a reload; it is bounded to `STORE_RECORDS_MAX` records.
 */
export async function brokenStorePromises(reopen: () => Promise<AuditStore>, cell: CellId): Promise<readonly string[]> {
  const broken: string[] = [];
  const expect = (promise: string, found: unknown, wanted: unknown): void => {
    const [left, right] = [JSON.stringify(found), JSON.stringify(wanted)];
    if (left !== right) broken.push(`${promise}: ${left.slice(0, 200)} is not ${right.slice(0, 200)}`);
  };
  const clock: Clock = { nowMs: () => 5, wallMs: () => 7 };
  const chain = new AuditChain(cell, clock);
  const more = (count: number): AuditRecord[] =>
    Array.from({ length: count }, () => chain.append({ kind: 'cell.started' }));
  const placeOf = async (store: AuditStore): Promise<unknown> => {
    const anchor = await store.anchor();
    return anchor && { sequence: anchor.sequence, hash: anchor.hash };
  };

  const store = await reopen();
  expect('no anchor before the first record', (await store.anchor()) ?? null, null);
  expect('nothing to read before the first record', await store.read(0, 10), []);
  await store.keep([]);
  expect('nothing kept is nothing', (await store.anchor()) ?? null, null);

  const first = more(5);
  await store.keep(first);
  const again = await reopen();
  expect('records outlast a reload', await again.read(0, 10), first);
  expect('the anchor is the last record', await placeOf(again), chain.head());
  expect('reads go on after a record', await again.read(3, 10), first.slice(3));
  expect('reads are as short as asked', await again.read(1, 2), first.slice(1, 3));

  await again.keep(more(STORE_RECORDS_MAX));
  const kept = await (await reopen()).read(0, 2 * STORE_RECORDS_MAX);
  expect('the store is bounded', kept.length, STORE_RECORDS_MAX);
  expect('the oldest go first', kept[0]?.sequence, 6);
  expect('the newest stays', kept.at(-1)?.hash, chain.head().hash);
  expect('the anchor stays', await placeOf(again), chain.head());
  return broken;
}
