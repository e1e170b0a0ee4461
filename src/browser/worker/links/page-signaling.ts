import type * as comlink from 'comlink';
import {
  err,
  failure,
  LINK_LIMITS,
  type Env,
  type FabricFailure,
  type Result,
  type RunId,
} from '../../../core/index.ts';
import type { Introductions, Meeting, Signaling } from '../../../membership/index.ts';
import type { PageApi } from '../../both/index.ts';

/** Dials that members carry: how to say something in each. */
const CARRIED_MAX = 64;

/** The page's signaling as a port of the cell: every question has a deadline, for the page may be busy or gone. */
export class PageSignaling implements Signaling {
  /** Known once the page says that this tab is to join. */
  peerName = '';
  readonly introductions: Introductions;
  readonly #env: Env;
  readonly #page: comlink.Remote<PageApi>;
  readonly #carried = new Map<RunId, (text: string) => void>();

  constructor(env: Env, page: comlink.Remote<PageApi>) {
    this.#env = env;
    this.#page = page;
    this.introductions = {
      dial: (dial, send) => {
        this.#carry(dial, send);
        return this.#within(page.dialByOffer(dial), LINK_LIMITS.dialDeadlineMs, 'opening a link');
      },
      received: (dial, text, reply) => {
        if (!this.#carried.has(dial)) this.#carry(dial, reply);
        void page.introduced(dial, text);
      },
    };
  }

  /** The page says something in a dial that members carry. */
  said(dial: RunId, text: string): void {
    this.#carried.get(dial)?.(text);
  }

  open(): Promise<Result<void, FabricFailure>> {
    return this.#within(this.#page.openSignaling(), LINK_LIMITS.signalingDeadlineMs, 'reaching the signaling service');
  }

  meet(rendezvousIds: readonly string[]): Promise<Result<Meeting, FabricFailure>> {
    return this.#within(this.#page.meet(rendezvousIds), LINK_LIMITS.signalingDeadlineMs, 'looking for a member');
  }

  claim(rendezvousId: string): Promise<Result<'claimed' | 'taken', FabricFailure>> {
    return this.#within(this.#page.claim(rendezvousId), LINK_LIMITS.signalingDeadlineMs, 'claiming a meeting point');
  }

  release(rendezvousId: string): void {
    void this.#page.release(rendezvousId);
  }

  keptElsewhere(rendezvousIds: readonly string[]): void {
    void this.#page.keptElsewhere([...rendezvousIds]);
  }

  dial(name: string): Promise<Result<void, FabricFailure>> {
    return this.#within(this.#page.dial(name), LINK_LIMITS.dialDeadlineMs, 'opening a link');
  }

  restart(
    dial: RunId,
    peerName: string | undefined,
    send: (text: string) => void,
  ): Promise<Result<void, FabricFailure>> {
    this.#carry(dial, send);
    return this.#within(this.#page.restart(dial, peerName), LINK_LIMITS.dialDeadlineMs, 'looking for another way');
  }

  #carry(dial: RunId, send: (text: string) => void): void {
    const [oldest] = this.#carried.keys();
    if (this.#carried.size >= CARRIED_MAX && oldest !== undefined) this.#carried.delete(oldest);
    this.#carried.set(dial, send);
  }

  #within<T>(
    question: Promise<Result<T, FabricFailure>>,
    deadlineMs: number,
    what: string,
  ): Promise<Result<T, FabricFailure>> {
    return new Promise((resolve) => {
      const message = `${what} took longer than ${deadlineMs} ms`;
      const late = this.#env.timers.after(deadlineMs, () => resolve(err(failure('signaling_unreachable', message))));
      question.then(
        (answer) => {
          late.cancel();
          resolve(answer);
        },
        (error: unknown) => resolve(err(failure('internal', `${what}: ${String(error)}`))),
      );
    });
  }
}
