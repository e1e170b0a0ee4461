import {
  err,
  failure,
  forgetOldest,
  ok,
  RELAY_LIMITS,
  type Bytes,
  type CellId,
  type FabricFailure,
  type Result,
  type Signer,
} from '../../core/index.ts';
import { RELAY, type Answered, type ChannelName, type Refusal } from '../../wire/index.ts';
import type { LinkRole } from '../transport.ts';
import { Carrier, type CarrierDeps } from './carrier.ts';
import { decodeCarried, encodeCarried } from './record.ts';
import { RelayedLink, type RelayEnd } from './relayed-link.ts';
import type { Secrecy } from './secrecy.ts';

export interface RelayDeps extends CarrierDeps {
  readonly signer: Signer;
  readonly secrecy: Secrecy;
}

interface End {
  readonly via: CellId;
  readonly circuit: number;
  readonly peer: CellId;
  readonly link: RelayedLink;
}

const NONE: Refusal = { code: 'not_found', message: 'there is no such circuit here' };
const UNREADABLE: Refusal = { code: 'protocol_violation', message: 'that is no record of a circuit' };
const FULL: Refusal = { code: 'capacity_exceeded', message: 'this cell has enough links through others' };
const NO_STRANGERS: Refusal = { code: 'peers_unreachable', message: 'that cell is not known here' };
const LINKED: Refusal = { code: 'invalid_argument', message: 'there is a link between the two' };
/** What only a carrier that does not do as it should can cause. */
const SHUNNED_FOR: ReadonlySet<RelayEnd> = new Set(['stranger', 'malformed', 'forged', 'replayed', 'missing']);

/** Links through other cells: those whose end is here, and those that this cell carries. */
export class Relay {
  readonly #deps: RelayDeps;
  readonly #carrier: Carrier;
  readonly #ends = new Map<string, End>();
  /** Carriers that altered something, and until when they are not asked. */
  readonly #shunned = new Map<CellId, number>();
  readonly #dialling = new Set<CellId>();
  #opening = 0;

  constructor(deps: RelayDeps) {
    this.#deps = deps;
    this.#carrier = new Carrier(deps);
    const { board } = deps;
    board.handlers.onRequest(RELAY.offered, (via, { from, circuit }) => this.#offered(via, from, circuit));
    for (const channel of ['control', 'data'] as const) {
      board.handlers.onRequest(RELAY[channel], (from, bytes) => this.#received(from, channel, bytes));
    }
    board.handlers.onEvent(RELAY.closed, (from, { circuit, isFromCarrier }) => {
      if (isFromCarrier) this.#ends.get(keyOf(from, circuit))?.link.end('stranded');
      else this.#carrier.closed(from, circuit);
    });
    board.listen({
      joined: () => undefined,
      left: (cell) => {
        for (const { via, link } of [...this.#ends.values()]) if (via === cell) link.end('stranded');
      },
      refused: () => undefined,
    });
  }

  /** Links of others that this cell carries. */
  get carried(): number {
    return this.#carrier.carried;
  }

  /** Whether a cell may be asked to carry a link. */
  isTrusted(carrier: CellId): boolean {
    return (this.#shunned.get(carrier) ?? -Infinity) < this.#deps.env.clock.nowMs();
  }

  /** Opens a link to `to` through `via`; resolves when a circuit is there. The link appears at the switchboard. */
  async dial(to: CellId, via: CellId): Promise<Result<void, FabricFailure>> {
    const { board, secrecy } = this.#deps;
    if (this.#ends.size + this.#opening >= RELAY_LIMITS.relayedMax) return err(failure(FULL.code, FULL.message));
    this.#opening++;
    this.#dialling.add(to);
    try {
      const half = await secrecy.begin();
      const opened = await board.call(via, RELAY.open, { to }, 2 * RELAY_LIMITS.openMs);
      if (!opened.ok) return err(failure(opened.error.code, opened.error.message));
      this.#add(via, opened.value.circuit, to, half, 'dialer');
      return ok(undefined);
    } finally {
      this.#dialling.delete(to);
      this.#opening--;
    }
  }

  async #offered(via: CellId, from: CellId, circuit: number): Promise<Result<Record<string, never>, Refusal>> {
    const { board, knows, secrecy } = this.#deps;
    if (!knows(from) || from === board.self || from === via) return err(NO_STRANGERS);
    // Of two that open one at once, the lower id's comes about; an end that is still here when the other is not ends soon.
    const isCrossed = board.self < from && (this.#dialling.has(from) || this.#isOpening(from));
    if (board.isLinked(from) || isCrossed) return err(LINKED);
    const isDouble = this.#ends.has(keyOf(via, circuit));
    if (isDouble || this.#ends.size + this.#opening >= RELAY_LIMITS.relayedMax) return err(FULL);
    this.#opening++;
    try {
      this.#add(via, circuit, from, await secrecy.begin(), 'answerer');
      return ok({});
    } finally {
      this.#opening--;
    }
  }

  #isOpening(peer: CellId): boolean {
    return [...this.#ends.values()].some((end) => end.peer === peer && end.link.role === 'dialer');
  }

  #add(via: CellId, circuit: number, peer: CellId, half: Awaited<ReturnType<Secrecy['begin']>>, role: LinkRole): void {
    const { board, env, signer } = this.#deps;
    const key = keyOf(via, circuit);
    if (this.#ends.has(key)) return;
    const link = new RelayedLink({
      ...{ env, half, signer, role, peer, via },
      post: async (channel, record) =>
        (await board.call(via, RELAY[channel], encodeCarried({ isFromCarrier: false, circuit, record }))).ok,
      ready: (ready) => board.accept(ready),
      ended: (end) => {
        this.#ends.delete(key);
        this.#ended(via, peer, end);
        board.notify(via, RELAY.closed, { circuit, isFromCarrier: false });
      },
    });
    this.#ends.set(key, { via, circuit, peer, link });
  }

  #ended(via: CellId, peer: CellId, end: RelayEnd): void {
    const { env } = this.#deps;
    if (end !== 'closed') env.log.write('warn', 'relayed link ended', { via, peer, end });
    if (!SHUNNED_FOR.has(end)) return;
    this.#shunned.delete(via);
    this.#shunned.set(via, env.clock.nowMs() + RELAY_LIMITS.shunnedMs);
    forgetOldest(this.#shunned, RELAY_LIMITS.shunnedMax);
  }

  #received(from: CellId, channel: ChannelName, bytes: Bytes): Answered<Bytes> {
    const carried = decodeCarried(bytes);
    if (!carried) return err(UNREADABLE);
    if (!carried.isFromCarrier) return this.#carrier.forward(from, channel, carried);
    const end = this.#ends.get(keyOf(from, carried.circuit));
    if (!end) return err(NONE);
    end.link.receive(channel, carried.record);
    return ok(new Uint8Array(0));
  }
}

function keyOf(via: CellId, circuit: number): string {
  return `${via}/${circuit}`;
}
