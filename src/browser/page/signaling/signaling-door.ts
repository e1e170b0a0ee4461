import type { PeerDoorDeps } from './peer-door.ts';
import { failure, LINK_LIMITS, type FabricFailure, type Result } from '../../../core/index.ts';

/** What a door refuses beyond its bounds. */
export const TOO_MANY_DIALS = failure('capacity_exceeded', `more than ${LINK_LIMITS.dialsMax} dials are under way`);
export const TOO_MANY_NAMES = failure('capacity_exceeded', `a cell keeps ${LINK_LIMITS.namesMax} names at most`);

/** The page's half of a signaling implementation: names, and links that appear at the births. */
export interface SignalingDoor {
  /** Makes this cell reachable under its own name. */
  open(): Promise<Result<void, FabricFailure>>;
  /** Takes a rendezvous name, unless another cell has it. */
  claim(rendezvousId: string): Promise<Result<'claimed' | 'taken', FabricFailure>>;
  /** Gives a name back. Links that came about under it stay. */
  release(rendezvousId: string): void;
  /** Opens a link to whoever has this name; settles when it is connected, refused, or given up. */
  dial(name: string): Promise<Result<void, FabricFailure>>;
  close(): void;
}

/** The door to a PeerServer. PeerJS is a third of what joining takes, so it is fetched by those who join by one. */
export async function loadPeerDoor(): Promise<(name: string, deps: PeerDoorDeps) => SignalingDoor> {
  const { PeerDoor } = await import('./peer-door.ts');
  return (name, deps) => new PeerDoor(name, deps);
}
