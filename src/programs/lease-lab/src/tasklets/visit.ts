import { FabricMem, JsonWriter, Output, Status } from 'grafos-std';

const NO_LEASE: i32 = 1;
const LEASE_OVER: i32 = 2;

/** Adds one to the u64 at the start of lease 0, tells whoever watches, and answers the number. */
export function visit(input: Uint8Array): Output {
  const shared = FabricMem.at(0);
  if (shared === null) return Output.fail(NO_LEASE, 'the run was handed no lease');
  const number = shared.add64(0, 1) + 1;
  if (shared.status !== Status.OK)
    return Output.fail(LEASE_OVER, 'the lease is over, status ' + shared.status.toString());
  shared.notify(0);
  return Output.json(JsonWriter.object().field('number', number));
}
