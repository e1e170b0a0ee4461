import {
  err,
  failure,
  failureOf,
  ok,
  WARM_LIMITS,
  type Bytes,
  type CellId,
  type ContentHash,
  type Env,
  type FabricFailure,
  type LeaseId,
  type Result,
  type RunId,
  type Signer,
} from '../../core/index.ts';
import type { LeaseTier } from '../../lease/index.ts';
import type { CallChannelName, Switchboard } from '../../transport/index.ts';
import { EVENT, REQUEST, type WarmOrderMessage, type WireWarmEnd } from '../../wire/index.ts';
import type { Contents } from '../contents.ts';
import type { HoldingNews, RunLeases, RunPair } from '../holding/index.ts';
import { endingOf, type WarmEnding } from './receipt.ts';
import type { WarmDesk } from './warm-desk.ts';

export interface WarmHolderDeps {
  readonly env: Env;
  readonly board: Switchboard;
  readonly leases: RunLeases;
  readonly contents: Contents;
  readonly signer: Signer;
  readonly desk: WarmDesk;
}

/** One warm tasklet, as its program describes it, wherever it may go. */
export interface WarmWish {
  readonly warmId: RunId;
  readonly program: string;
  readonly tasklet: string;
  readonly module: Bytes;
  readonly moduleHash: ContentHash;
  readonly fuelLimit: number;
  readonly callMs: number;
  readonly memoryBytes: number;
  readonly isFresh: boolean;
  readonly submittedWallMs: number;
  readonly tier?: LeaseTier;
  /** Given by the program, which alone frees them. */
  readonly leases?: { readonly cpu: LeaseId; readonly mem: LeaseId };
  /** LeaseRefs of the memory that its tasklet works on, by index. */
  readonly memory?: readonly string[];
}

/** A warm tasklet that this cell has open, wherever it is. */
export interface WarmDoor {
  readonly cell: CellId;
  readonly warmId: RunId;
  readonly leases: { readonly cpu: LeaseId; readonly mem: LeaseId };
  /** Where its caller meets it, when it is in this tab and memory can be shared. */
  readonly shared?: SharedArrayBuffer;
  /** The channel of its own by which its page may call it, when it is in another tab and the link can have one. */
  readonly channel?: CallChannelName;
  /** Sends a batch of calls and answers their answers (ABI.md §9); the door writes the session. */
  operate(batch: Bytes): Promise<Result<Bytes, FabricFailure>>;
  /** Settles once it is over, by whatever. */
  readonly ended: Promise<WarmEnding>;
  /** Lets it come to its end. Harmless when it is over. */
  close(): Promise<WarmEnding>;
}

interface Open {
  readonly to: CellId;
  readonly session: number;
  readonly order: WarmOrderMessage;
  readonly publicKey: Bytes;
  readonly pair: RunPair;
  readonly settle: (ending: WarmEnding) => void;
  /** Why it is over, from when that is known here. */
  error?: FabricFailure;
  isOver: boolean;
}

/** How long a lost warm tasklet waits for the word of its cell about what it had done. */
const LAST_WORD_MS = 1_000;
/** No batch waits longer than all calls before it may take; a timer has its own bound besides. */
const BATCH_MS_MAX = 3_600_000;

/** The warm tasklets this cell has open: their leases, the way to call them, and how they end. */
export class WarmHolder {
  readonly #deps: WarmHolderDeps;
  readonly #open = new Map<string, Open>();

  constructor(deps: WarmHolderDeps) {
    this.#deps = deps;
    deps.board.handlers.onEvent(EVENT.warmEnded, (from, { session, end }) => {
      const open = this.#open.get(keyOf(from, session));
      if (open) void this.#concluded(open, end);
    });
  }

  /** Has a tasklet kept warm at a cell, on leases that are taken for it or that it was given. */
  async open(to: CellId, wish: WarmWish): Promise<Result<WarmDoor, FabricFailure>> {
    const { board, leases, contents } = this.#deps;
    const { warmId: runId, memoryBytes, callMs: deadlineMs, tier, leases: given } = wish;
    const needs = { runId, memoryBytes, deadlineMs, isLasting: true };
    const pair = await leases.take(to, { ...needs, ...(tier ? { tier } : {}), ...(given ? { leases: given } : {}) });
    if (!pair.ok) return err(failureOf(pair.error));
    const publicKey = board.publicKeyOf(to);
    contents.keep(wish.moduleHash, wish.module);
    contents.hold(wish.moduleHash);
    const channel = board.callChannelsOf(to)?.draw();
    const order = { ...orderOf(wish, pair.value), ...(channel ? { channel: channel.number } : {}) };
    const opened = await board.call(to, REQUEST.warmOpen, order, WARM_LIMITS.openMsMax);
    contents.release(wish.moduleHash);
    if (opened.ok && publicKey) {
      const { session, hasChannel } = opened.value;
      return ok(this.#opened({ to, session, order, publicKey, pair: pair.value }, hasChannel ? channel : undefined));
    }
    leases.giveBack(pair.value, false);
    return err(opened.ok ? failure('disconnected', 'that cell left') : failureOf(opened.error));
  }

  held(news: HoldingNews): void {
    if (news.kind !== 'ended') return;
    const { leaseId, state } = news.held;
    for (const open of [...this.#open.values()]) {
      if (open.order.cpuLease !== leaseId && open.order.memLease !== leaseId) continue;
      const code = state === 'expired' ? 'lease_expired' : state === 'revoked' ? 'revoked' : 'cancelled';
      this.#lost(open, failure(code, `a lease of the warm tasklet is over: ${state}`));
    }
  }

  cellLeft(cell: CellId): void {
    for (const open of [...this.#open.values()]) {
      if (open.to === cell) this.#over(open, { error: failure('disconnected', 'the cell of the warm tasklet left') });
    }
  }

  #opened(about: Omit<Open, 'settle' | 'isOver' | 'error'>, channel: CallChannelName | undefined): WarmDoor {
    const { board, desk } = this.#deps;
    let settle: (ending: WarmEnding) => void = () => undefined;
    const ended = new Promise<WarmEnding>((resolve) => {
      settle = resolve;
    });
    const { to, session, order } = about;
    const open: Open = { ...about, settle, isOver: false };
    this.#open.set(keyOf(to, session), open);
    const shared = to === board.self ? desk.shared(to, session) : undefined;
    return {
      cell: to,
      warmId: order.warmId,
      leases: { cpu: order.cpuLease, mem: order.memLease },
      ...(shared ? { shared } : {}),
      ...(channel ? { channel } : {}),
      operate: (batch) => this.#operate(open, batch),
      ended,
      close: () => {
        void this.#close(open);
        return ended;
      },
    };
  }

  async #operate(open: Open, batch: Bytes): Promise<Result<Bytes, FabricFailure>> {
    if (open.error) return err(open.error);
    new DataView(batch.buffer, batch.byteOffset).setUint32(0, open.session, true);
    const deadlineMs = Math.min(BATCH_MS_MAX, WARM_LIMITS.heldCallsMax * open.order.callMs);
    const answer = await this.#deps.board.call(open.to, REQUEST.warmCall, batch, deadlineMs);
    return answer.ok ? answer : err(whyOver(open) ?? failureOf(answer.error));
  }

  async #close(open: Open): Promise<void> {
    if (open.isOver || open.error) return;
    open.error = failure('cancelled', 'the warm tasklet was closed');
    const deadlineMs = 2 * WARM_LIMITS.closeMsMax;
    const closed = await this.#deps.board.call(open.to, REQUEST.warmClose, { session: open.session }, deadlineMs);
    if (closed.ok) await this.#concluded(open, closed.value.end);
    else this.#lost(open, failureOf(closed.error));
  }

  /** It is over, but its cell may have a last word. */
  #lost(open: Open, error: FabricFailure): void {
    open.error = error;
    this.#deps.env.timers.after(LAST_WORD_MS, () => this.#over(open, { error }));
  }

  async #concluded(open: Open, end: WireWarmEnd): Promise<void> {
    const { order, to, publicKey } = open;
    if (end.error) open.error ??= failureOf(end.error);
    this.#over(open, await endingOf(order, to, publicKey, this.#deps.signer, end));
  }

  #over(open: Open, ending: WarmEnding): void {
    if (open.isOver) return;
    open.isOver = true;
    open.error ??= ending.error ?? failure('cancelled', 'the warm tasklet was closed');
    this.#open.delete(keyOf(open.to, open.session));
    this.#deps.leases.giveBack(open.pair, true);
    open.settle(ending);
  }
}

/** As it is by now, whatever it was before. */
function whyOver(open: Open): FabricFailure | undefined {
  return open.error;
}

function keyOf(cell: CellId, session: number): string {
  return `${cell}/${session}`;
}

function orderOf(wish: WarmWish, { cpu, mem }: RunPair): WarmOrderMessage {
  const { warmId, program, tasklet, fuelLimit, callMs, isFresh, submittedWallMs, memory = [] } = wish;
  return {
    ...{ warmId, program, tasklet, fuelLimit, callMs, isFresh, submittedWallMs },
    module: wish.moduleHash,
    moduleBytes: wish.module.length,
    cpuLease: cpu.held.leaseId,
    cpuToken: cpu.token,
    memLease: mem.held.leaseId,
    memToken: mem.token,
    ...(memory.length > 0 ? { memory: [...memory] } : {}),
  };
}
