import {
  err,
  failure,
  LINK_LIMITS,
  ok,
  STEWARD_LIMITS,
  utf8,
  type CellId,
  type FabricErrorCode,
  type FabricFailure,
  type Result,
  type Timer,
} from '../core/index.ts';
import type { HelloFault } from '../transport/index.ts';
import { Links, type LinksDeps } from './links.ts';
import { Rendezvous, type RendezvousDeps } from './rendezvous.ts';

export type JoinerDeps = Omit<LinksDeps, 'isBusy'> & RendezvousDeps & Partial<Pick<LinksDeps, 'isBusy'>>;

const TEND_EVERY_MS = 1_000;
/** How long a cell that waited to be let in, and lost whom it waited at, waits before it knocks again. */
const KNOCK_AGAIN_MS = 2_000;
/** A link where this cell waits shows that it is there within this time. */
const WAIT_SILENCE_MS = STEWARD_LIMITS.waitSilenceMs + 1_000;
/** Refusals that knocking again does not change. */
const FINAL: ReadonlySet<FabricErrorCode> = new Set(['wrong_key', 'protocol_violation', 'evicted', 'not_admitted']);

/** A hello on its way. */
interface Knock {
  settle(isIn: boolean): void;
  prolong(): void;
}

/**
 * How a cell gets in and stays in.
 * 1. It looks for the keepers of its fabric's rendezvous names, or claims them; who keeps one is a member, which it dials.
 * 2. Once linked to one member it hears of the others, and is linked to all of them or to some.
 * 3. Who is told to wait by a member waits, at whichever member still answers, until it is let in or turned away.
 * 4. Parts of a fabric that have lost each other, down to a single cell, meet again at the rendezvous names.
 */
export class Joiner {
  readonly #deps: JoinerDeps;
  readonly #rendezvous: Rendezvous;
  readonly #links: Links;
  #tendTimer: Timer | undefined;
  #helloFault: HelloFault | undefined;
  readonly #knocks = new Set<Knock>();
  #hasWaited = false;
  #isWaiting = false;
  #toldToWaitAtMs = -Infinity;
  #isKnockingAgain = false;
  #keepsOut = false;
  /** Cells behind meeting points that do not know yet whether they are members. */
  readonly #newcomers = new Set<CellId>();
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
        if (fault.isOurs === true) this.#keepsOut = true;
        else if (!this.#helloFault || !FINAL.has(this.#helloFault.code)) this.#helloFault = fault;
        const [first] = this.#knocks;
        first?.settle(false);
      },
      waits: (at, { isMember }) => {
        this.#hasWaited = true;
        if (isMember) {
          this.#toldToWaitAtMs = deps.env.clock.nowMs();
          for (const knock of this.#knocks) knock.prolong();
        } else if (!this.#newcomers.has(at)) {
          this.#newcomers.add(at);
          const [first] = this.#knocks;
          first?.settle(false);
        }
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
    const { signaling, env, rendezvousIds } = this.#deps;
    const [opened, met] = await Promise.all([signaling.open(), this.#rendezvous.meet()]);
    if (!opened.ok) return opened;
    if (!met.ok) return met;
    let joined = await this.#meet(knockOrder(signaling.peerName, met.value.taken));
    if (!joined.ok && !met.value.isWhole && !FINAL.has(joined.error.code) && !this.#hasWaited) {
      // Who answered first may be the only one out of reach.
      const claimed = await this.#rendezvous.claimAll();
      if (!claimed.ok) return claimed;
      joined = await this.#meet(knockOrder(signaling.peerName, claimed.value.taken));
    }
    while (!joined.ok && this.#hasWaited && !this.#isClosed && !FINAL.has(joined.error.code)) {
      await Promise.race([this.#deps.roster.heardFirst, this.#pause(KNOCK_AGAIN_MS)]);
      this.#helloFault = undefined;
      this.#newcomers.clear();
      joined = await this.#meet(knockOrder(signaling.peerName, rendezvousIds));
    }
    if (joined.ok && !this.#isClosed) this.#tendTimer = env.timers.after(TEND_EVERY_MS, () => this.#tend());
    return joined;
  }

  /** Whether this cell waits to be let in: it keeps no meeting point then. */
  wait(isWaiting: boolean): void {
    this.#isWaiting = isWaiting;
    this.#rendezvous.pause(isWaiting);
  }

  /** The way of this cell to the network is another. */
  networkChanged(): void {
    this.#links.networkChanged();
  }

  close(): void {
    this.#isClosed = true;
    for (const knock of [...this.#knocks]) knock.settle(false);
    this.#rendezvous.close();
    this.#tendTimer?.cancel();
  }

  #tend(): void {
    this.#links.tend();
    void this.#rendezvous.tend();
    if (this.#isWaiting && !this.#isKnockingAgain) void this.#knockAgain();
    this.#tendTimer = this.#deps.env.timers.after(TEND_EVERY_MS, () => this.#tend());
  }

  /** A cell that was in, has to wait and has lost whom it waited at knocks at every meeting point again. */
  async #knockAgain(): Promise<void> {
    const { env, signaling, rendezvousIds } = this.#deps;
    this.#isKnockingAgain = true;
    for (const name of knockOrder(signaling.peerName, rendezvousIds)) {
      const isWaitedAt = env.clock.nowMs() - this.#toldToWaitAtMs < WAIT_SILENCE_MS;
      if (!this.#isWaiting || this.#isClosed || isWaitedAt) break;
      await signaling.dial(name);
      await this.#pause(KNOCK_AGAIN_MS);
    }
    this.#isKnockingAgain = false;
  }

  /**
   * Dials the holders of taken names until this cell is linked, by its own dial or by somebody else's. A name may be one that
   * its holder is just letting go of, so the next is tried before a dial has failed.
   */
  async #meet(taken: readonly string[]): Promise<Result<void, FabricFailure>> {
    if (taken.length === 0) return ok(undefined);
    const heard = this.#deps.roster.heardFirst.then(() => true);
    const knocks: Promise<boolean>[] = [];
    for (const name of taken) {
      knocks.push(this.#knock(name));
      if (await Promise.race([heard, firstTrue(knocks), this.#pause(LINK_LIMITS.knockPatienceMs)]))
        return ok(undefined);
      if (this.#isClosed) break;
    }
    if (await Promise.race([heard, firstTrue(knocks)])) return ok(undefined);
    // Whoever keeps the meeting points may not come in here, or has to wait for that: no member is behind them.
    const { board } = this.#deps;
    if (this.#keepsOut || board.waiting().some(({ role }) => role === 'dialer')) return ok(undefined);
    const fault = this.#helloFault;
    // Newcomers only: of those that came at once, the lowest is the first member.
    const isLowest = [...this.#newcomers].every((cell) => board.self < cell);
    if (this.#newcomers.size > 0 && isLowest && !fault) return ok(undefined);
    if (fault && fault.code !== 'disconnected') return err(failure(fault.code, fault.message));
    return err(failure('peers_unreachable', `${taken.length} meeting points of this fabric are taken; none answered`));
  }

  /** Whether the cell behind a name lets this one in. */
  async #knock(name: string): Promise<boolean> {
    const dialled = await this.#deps.signaling.dial(name);
    return dialled.ok && !this.#isClosed && this.#helloEnds();
  }

  #pause(pauseMs: number): Promise<false> {
    return new Promise((resolve) => {
      this.#deps.env.timers.after(pauseMs, () => resolve(false));
    });
  }

  /** Whether the hello on a link just opened makes this cell a member; false when it is refused or takes too long. */
  #helloEnds(): Promise<boolean> {
    return new Promise((resolve) => {
      const { timers } = this.#deps.env;
      const late = (): void => knock.settle(false);
      let timer = timers.after(LINK_LIMITS.helloDeadlineMs, late);
      const knock: Knock = {
        settle: (isIn) => {
          timer.cancel();
          this.#knocks.delete(knock);
          resolve(isIn);
        },
        prolong: () => {
          timer.cancel();
          timer = timers.after(WAIT_SILENCE_MS, late);
        },
      };
      this.#knocks.add(knock);
      void this.#deps.roster.heardFirst.then(() => knock.settle(true));
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
