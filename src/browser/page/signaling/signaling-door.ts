import type { FabricFailure, Result } from '../../../core/index.ts';

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
