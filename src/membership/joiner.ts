import { err, failure, LINK_LIMITS, ok, utf8, type FabricFailure, type Result, type Timer } from '../core/index.ts';
import type { HelloFault } from '../transport/index.ts';
import { Links, type LinksDeps } from './links.ts';
import { Rendezvous, type RendezvousDeps } from './rendezvous.ts';

export type JoinerDeps = Omit<LinksDeps, 'isBusy'> & RendezvousDeps & Partial<Pick<LinksDeps, 'isBusy'>>;

const TEND_EVERY_MS = 1_000;

/**
 * How a cell gets in and stays in.
 * 1. It claims the rendezvous names of its fabric; a name that is taken has a member behind it, which it dials.
 * 2. Once linked to one member it hears of the others, and is linked to all of them or to some.
 * 3. Parts of a fabric that have lost each other, down to a single cell, meet again at the rendezvous names.
 */
export class Joiner {
  readonly #deps: JoinerDeps;
  readonly #rendezvous: Rendezvous;
  readonly #links: Links;
  #tendTimer: Timer | undefined;
  #helloFault: HelloFault | undefined;
  #refused: () => void = () => undefined;
  #isClosed = false;

  constructor(deps: JoinerDeps) {
    this.#deps = deps;
    this.#rendezvous = new Rendezvous(deps);
    this.#links = new Links({ isBusy: () => false, ...deps });
    deps.board.listen({
      joined: () => undefined,
      left: () => undefined,
      refused: (fault, role) => {
        if (role !== 'dialer') return;
        this.#helloFault = fault;
        this.#refused();
      },
    });
    deps.roster.listen({
      appeared: () => undefined,
      // A newcomer should not find an empty place, however short.
      departed: ({ announcement }) => {
        if (announcement.slot !== undefined && this.#tendTimer) void this.#rendezvous.tend();
      },
    });
  }

  /** The rendezvous slot this cell keeps for newcomers. */
  get slot(): number | undefined {
    return this.#rendezvous.slot;
  }

  /** Settles once this cell is linked to a member, or knows that it is the first. */
  async join(): Promise<Result<void, FabricFailure>> {
    const { signaling, env } = this.#deps;
    const [opened, claimed] = await Promise.all([signaling.open(), this.#rendezvous.claimAll()]);
    if (!opened.ok) return opened;
    if (!claimed.ok) return claimed;
    const taken = knockOrder(signaling.peerName, claimed.value);
    const joined = taken.length === 0 ? ok(undefined) : await this.#meet(taken);
    if (joined.ok && !this.#isClosed) this.#tendTimer = env.timers.after(TEND_EVERY_MS, () => this.#tend());
    return joined;
  }

  close(): void {
    this.#isClosed = true;
    this.#rendezvous.close();
    this.#tendTimer?.cancel();
  }

  #tend(): void {
    this.#links.tend();
    void this.#rendezvous.tend();
    this.#tendTimer = this.#deps.env.timers.after(TEND_EVERY_MS, () => this.#tend());
  }

  /**
   * Dials the holders of taken names until this cell is linked, by its own dial or by somebody else's. A name may be one that
   * its holder is just letting go of, so the next is tried before a dial has failed.
   */
  async #meet(taken: readonly string[]): Promise<Result<void, FabricFailure>> {
    const heard = this.#deps.roster.heardFirst.then(() => true);
    const knocks: Promise<boolean>[] = [];
    for (const name of taken) {
      knocks.push(this.#knock(name));
      if (await Promise.race([heard, firstTrue(knocks), this.#patience()])) return ok(undefined);
      if (this.#isClosed) break;
    }
    if (await Promise.race([heard, firstTrue(knocks)])) return ok(undefined);
    const fault = this.#helloFault;
    if (fault && fault.code !== 'disconnected') return err(failure(fault.code, fault.message));
    return err(failure('peers_unreachable', `${taken.length} meeting points of this fabric are taken; none answered`));
  }

  /** Whether the cell behind a name lets this one in. */
  async #knock(name: string): Promise<boolean> {
    const dialled = await this.#deps.signaling.dial(name);
    return dialled.ok && !this.#isClosed && this.#helloEnds();
  }

  #patience(): Promise<false> {
    return new Promise((resolve) => {
      this.#deps.env.timers.after(LINK_LIMITS.knockPatienceMs, () => resolve(false));
    });
  }

  /** Whether the hello on a link just opened makes this cell a member; false when it is refused or takes too long. */
  #helloEnds(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = this.#deps.env.timers.after(LINK_LIMITS.helloDeadlineMs, () => resolve(false));
      this.#refused = () => {
        timer.cancel();
        resolve(false);
      };
      void this.#deps.roster.heardFirst.then(() => {
        timer.cancel();
        resolve(true);
      });
    });
  }
}

/** In what order a newcomer knocks at meeting points: each begins at another, so that none is overrun. */
export function knockOrder(peerName: string, taken: readonly string[]): readonly string[] {
  const start = utf8(peerName).reduce((sum, byte) => sum + byte, 0);
  return taken.map((_, index) => taken[(start + index) % taken.length] ?? '');
}

/** Resolves with true once one of them does, with false when none has. */
function firstTrue(answers: readonly Promise<boolean>[]): Promise<boolean> {
  return new Promise((resolve) => {
    let left = answers.length;
    for (const answer of answers) {
      void answer.then((isSo) => {
        left--;
        if (isSo || left === 0) resolve(isSo);
      });
    }
  });
}
