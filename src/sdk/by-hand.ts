import { failure, err, type FabricFailure, type Result } from '../core/index.ts';
import { formatHandUrl } from './fabric-url.ts';
import { valueOrThrow } from './lease/index.ts';

/** An invitation that a person carries: shown until it is answered, cancelled or runs out. */
export interface HandInvitation {
  /** The offer alone, for a cell that has this fabric open already. */
  readonly code: string;
  /** A join link that carries the offer: whoever opens it gets an answer to send back. */
  readonly url: string;
  /** Unix time. */
  readonly expiresAtWallMs: number;
  /** Takes the answer that was sent back; resolves when the two cells are linked. */
  accept(answer: string): Promise<void>;
  cancel(): void;
}

/** What goes back to the person who invited. */
export interface HandAnswer {
  readonly code: string;
  readonly expiresAtWallMs: number;
  /** Resolves when the other end has taken the answer and the two cells are linked. */
  readonly linked: Promise<void>;
}

/**
 * Links with no signaling service, by texts that people carry. Every call rejects with a `FabricError`: `code_damaged`,
 * `code_expired`, `code_misplaced`, `wrong_key` for another fabric's code, `capacity_exceeded`, `peers_unreachable`.
 */
export interface ByHand {
  invite(): Promise<HandInvitation>;
  /** `offer`: the code of an invitation, or the link that carries it. */
  answer(offer: string): Promise<HandAnswer>;
}

export interface HandInvitationParts {
  readonly code: string;
  readonly expiresAtWallMs: number;
  readonly accept: (answer: string) => Promise<Result<void, FabricFailure>>;
  readonly cancel: () => void;
}

export interface HandAnswerParts {
  readonly code: string;
  readonly expiresAtWallMs: number;
  readonly linked: Promise<Result<void, FabricFailure>>;
}

/** Where peer connections can be made; refusals come as values. */
export interface HandPort {
  invite(): Promise<Result<HandInvitationParts, FabricFailure>>;
  answer(offer: string): Promise<Result<HandAnswerParts, FabricFailure>>;
}

export class ByHandClient implements ByHand {
  readonly #port: HandPort;
  readonly #joinUrl: () => string;

  constructor(port: HandPort | undefined, joinUrl: () => string) {
    this.#port = port ?? NOWHERE;
    this.#joinUrl = joinUrl;
  }

  async invite(): Promise<HandInvitation> {
    const { code, expiresAtWallMs, accept, cancel } = valueOrThrow(await this.#port.invite());
    return {
      code,
      url: formatHandUrl(this.#joinUrl(), code),
      expiresAtWallMs,
      accept: async (answer) => valueOrThrow(await accept(answer)),
      cancel,
    };
  }

  async answer(offer: string): Promise<HandAnswer> {
    const { code, expiresAtWallMs, linked } = valueOrThrow(await this.#port.answer(offer));
    const settled = linked.then(valueOrThrow);
    // Whoever does not wait for it is not told of its end.
    settled.catch(() => undefined);
    return { code, expiresAtWallMs, linked: settled };
  }
}

const UNABLE = failure('runtime_not_ready', 'this cell makes no links by hand');
const NOWHERE: HandPort = {
  invite: () => Promise.resolve(err(UNABLE)),
  answer: () => Promise.resolve(err(UNABLE)),
};
