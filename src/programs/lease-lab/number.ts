import type { LeaseHandle, Region } from '../../sdk/index.ts';

/** What a LeaseRef to a number says of its bytes. */
export const NUMBER_LAYOUT = 'number/u64';
export const NUMBER_BYTES = 8;

/** Adds one to the number of a lease and tells whoever watches it. Rejects with the code of the lease's end. */
export async function addOne(region: Region): Promise<bigint> {
  const before = await region.u64.add(0, 1n);
  await region.notify(0);
  return before + 1n;
}

/** A LeaseRef that says what it leads to. */
export function numberRef(lease: LeaseHandle): Promise<string> {
  return lease.ref({ layout: NUMBER_LAYOUT });
}
