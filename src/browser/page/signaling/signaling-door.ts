import type { Meeting } from '../../../membership/index.ts';
import { failure, LINK_LIMITS, ok, type FabricFailure, type Result, type RunId } from '../../../core/index.ts';

/** What a door refuses beyond its bounds. */
export const TOO_MANY_DIALS = failure('capacity_exceeded', `more than ${LINK_LIMITS.dialsMax} dials are under way`);
export const TOO_MANY_NAMES = failure('capacity_exceeded', `a cell keeps ${LINK_LIMITS.namesMax} names at most`);

/** The page's half of a signaling implementation: names, and links that appear at the births. */
export interface SignalingDoor {
  /** Makes this cell reachable under its own name. */
  open(): Promise<Result<void, FabricFailure>>;
  /** Looks whom this tab can meet; what it claims meanwhile is given back but for one name, or all once somebody is found. */
  meet(rendezvousIds: readonly string[]): Promise<Result<Meeting, FabricFailure>>;
  /** Takes a rendezvous name, unless another cell has it. */
  claim(rendezvousId: string): Promise<Result<'claimed' | 'taken', FabricFailure>>;
  /** Gives a name back. Links that came about under it stay. */
  release(rendezvousId: string): void;
  /** The rendezvous names that other members keep, as far as this cell knows. */
  keptElsewhere?(rendezvousIds: readonly string[]): void;
  /** Opens a link to whoever has this name; settles when it is connected, refused, or given up. */
  dial(name: string): Promise<Result<void, FabricFailure>>;
  /** Says something in a dial to whoever has this name, if it can now. */
  say(name: string, dial: RunId, text: string): void;
  /** This browser may have another way to the network than before. */
  networkChanged?(): void;
  close(): void;
}

/** Claims all names, and gives back all but the first that was free. */
export async function claimEach(
  door: Pick<SignalingDoor, 'claim' | 'release'>,
  rendezvousIds: readonly string[],
): Promise<Result<Meeting, FabricFailure>> {
  const claims = await Promise.all(rendezvousIds.map((rendezvousId) => door.claim(rendezvousId)));
  const taken: string[] = [];
  const free: string[] = [];
  for (const [index, rendezvousId] of rendezvousIds.entries()) {
    const claim = claims[index];
    if (claim?.ok === true) (claim.value === 'taken' ? taken : free).push(rendezvousId);
    else if (claim) return claim;
  }
  const [claimed, ...others] = free;
  for (const other of others) door.release(other);
  return ok({ taken, ...(claimed === undefined ? {} : { claimed }), isWhole: true });
}
