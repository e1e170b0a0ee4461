import type { FabricFailure, Result, RunId } from '../core/index.ts';

/** Begins the name of a cell that no signaling service knows: members introduce it, or people do by hand. */
export const UNNAMED_PREFIX = 'byhand';

/** Whether a cell can be dialled under that name. */
export function isNamed(peerName: string): boolean {
  return !peerName.startsWith(UNNAMED_PREFIX);
}

/** The rendezvous names of a fabric as a newcomer finds them. */
export interface Meeting {
  /** Somebody else has these. */
  readonly taken: readonly string[];
  /** The one that this cell now keeps. */
  readonly claimed?: string;
  /** Whether all names were looked at: else somebody answered before. */
  readonly isWhole: boolean;
}

/**
 * How cells find and dial one another before they are linked. It sees random-looking names only, and carries no fabric
 * traffic: what it opens appears at the transport.
 */
export interface Signaling {
  /** Under what name this cell can be dialled. */
  readonly peerName: string;
  /** Makes this cell reachable under its own name. */
  open(): Promise<Result<void, FabricFailure>>;
  /** Looks whom this cell can meet; where it is absent, claiming every name tells. */
  meet?(rendezvousIds: readonly string[]): Promise<Result<Meeting, FabricFailure>>;
  /** Takes a rendezvous name if nobody has it. */
  claim(rendezvousId: string): Promise<Result<'claimed' | 'taken', FabricFailure>>;
  /** Gives a claimed name back. */
  release(rendezvousId: string): void;
  /** The rendezvous names that other members keep, as far as this cell knows: of several keepers one answers a newcomer. */
  keptElsewhere?(rendezvousIds: readonly string[]): void;
  /** Opens a link to whoever has this name; resolves when its channels are open. */
  dial(name: string): Promise<Result<void, FabricFailure>>;
  /**
   * Looks for another way below a link that is there, over the service, if it knows the other end by a name, and by `send`.
   * Resolves when both ends have agreed on trying; whether anything gets through then shows on the link.
   */
  restart?(
    dial: RunId,
    peerName: string | undefined,
    send: (text: string) => void,
  ): Promise<Result<void, FabricFailure>>;
  /** Opening links with the help of members alone, where the implementation can. */
  readonly introductions?: Introductions;
}

/** Opens links by texts that somebody carries: offers, answers and candidates, opaque to whoever carries them. */
export interface Introductions {
  /** Opens a link to whoever `send` reaches; resolves when its channels are open. */
  dial(dial: RunId, send: (text: string) => void): Promise<Result<void, FabricFailure>>;
  /** A text has come in of a dial, this cell's or another's. */
  received(dial: RunId, text: string, reply: (text: string) => void): void;
}
