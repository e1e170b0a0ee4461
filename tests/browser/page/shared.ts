import type { CellId, Fabric, LeaseHandle, Region } from '../../../src/sdk/index.ts';

/** The region that the tab shares with others. */
let shared: Region | undefined;

/** Takes memory of a cell. Answers a LeaseRef of it. */
export async function take(on: CellId, bytes: number, ttlMs: number): Promise<string> {
  const lease = await fabric().lease.mem({ bytes }).ttl(ttlMs).on(on).acquire();
  await keep(lease);
  return lease.ref();
}

/** Opens memory that another has taken. */
export async function open(ref: string): Promise<void> {
  await keep(await fabric().openLease(ref));
}

/** Whether the page shares the bytes with their owner. */
export function isLocal(): boolean {
  return region().local !== undefined;
}

async function keep(lease: LeaseHandle): Promise<void> {
  shared = await lease.region();
}

export function region(): Region {
  if (!shared) throw new Error('no region yet');
  return shared;
}

function fabric(): Fabric {
  const joined = window.grafos?.fabric();
  if (!joined) throw new Error('no fabric here');
  return joined;
}
