import {
  err,
  freshNumber,
  ok,
  RELAY_LIMITS,
  type Bytes,
  type CellId,
  type Env,
  type Result,
} from '../../core/index.ts';
import { RELAY, type Answered, type ChannelName, type Refusal } from '../../wire/index.ts';
import type { Switchboard } from '../switchboard.ts';
import { encodeCarried, type Carried } from './record.ts';
import { Way } from './way.ts';

export interface CarrierDeps {
  readonly env: Env;
  readonly board: Switchboard;
  /** Whether a cell belongs to this fabric, as far as this one knows. */
  readonly knows: (cell: CellId) => boolean;
  /** Links that cell for somebody else, where cells are not linked to all others; false where they are, or in vain. */
  readonly reach: (cell: CellId) => Promise<boolean>;
}

/** One link that this cell carries. */
interface Circuit {
  readonly circuit: number;
  readonly ends: readonly [CellId, CellId];
  /** By who sends: the ways of its two channels. */
  readonly ways: ReadonlyMap<CellId, Readonly<Record<ChannelName, Way>>>;
  movedAtMs: number;
}

const NONE: Refusal = { code: 'not_found', message: 'there is no such circuit here' };
const NO_WAY: Refusal = { code: 'peers_unreachable', message: 'this cell has no link of its own to that one' };
const FULL: Refusal = { code: 'capacity_exceeded', message: 'this cell carries enough already' };
const TOO_MUCH: Refusal = { code: 'capacity_exceeded', message: 'more was sent than the window allows' };

/**
 * Carries links of other cells. It knows who talks to whom and how much, and nothing else.
 * 1. Only between members that are both linked to this cell by links of their own, so nothing goes round in circles.
 * 2. So many links, so many of one cell, so many bytes a second each; a record is acknowledged when the far end has it.
 * 3. A circuit ends with either of those links, when an end says so, or when nothing moves any more.
 */
export class Carrier {
  readonly #deps: CarrierDeps;
  readonly #circuits = new Map<number, Circuit>();
  #opening = 0;

  constructor(deps: CarrierDeps) {
    this.#deps = deps;
    const { board } = deps;
    board.handlers.onRequest(RELAY.open, (from, { to }) => this.#open(from, to));
    board.listen({
      joined: () => undefined,
      left: (cell) => {
        for (const circuit of [...this.#circuits.values()]) if (circuit.ways.has(cell)) this.#close(circuit, cell);
      },
      refused: () => undefined,
    });
  }

  /** Links that this cell carries now. */
  get carried(): number {
    return this.#circuits.size;
  }

  /** A record of one end, for the other. */
  forward(from: CellId, channel: ChannelName, carried: Carried): Answered<Bytes> {
    const circuit = this.#circuits.get(carried.circuit);
    const way = circuit?.ways.get(from);
    if (!circuit || !way) return err(NONE);
    circuit.movedAtMs = this.#deps.env.clock.nowMs();
    const sent = way[channel].send(encodeCarried({ ...carried, isFromCarrier: true }));
    if (sent) return sent;
    this.#close(circuit);
    return err(TOO_MUCH);
  }

  /** One end has closed it. */
  closed(from: CellId, number: number): void {
    const circuit = this.#circuits.get(number);
    if (circuit?.ways.has(from) === true) this.#close(circuit, from);
  }

  async #open(from: CellId, to: CellId): Promise<Result<{ readonly circuit: number }, Refusal>> {
    const { board, reach, env } = this.#deps;
    if (to === board.self || to === from) return err({ code: 'invalid_argument', message: 'not another cell' });
    if (this.#circuits.size + this.#opening >= RELAY_LIMITS.carriedMax) return err(FULL);
    if (this.#carriedOf(from) >= RELAY_LIMITS.carriedPerCellMax) return err(FULL);
    if (this.#carriedOf(to) >= RELAY_LIMITS.carriedPerCellMax) return err(FULL);
    this.#opening++;
    try {
      if (!this.#mayCarry(from) || !this.#deps.knows(to)) return err(NO_WAY);
      if (!board.isLinked(to) && !(await reach(to))) return err(NO_WAY);
      if (!this.#mayCarry(to) || !this.#mayCarry(from)) return err(NO_WAY);
      const number = freshNumber(env.random, (drawn) => this.#circuits.has(drawn));
      const offered = await board.call(to, RELAY.offered, { from, circuit: number }, RELAY_LIMITS.openMs);
      if (!offered.ok) return offered;
      if (!this.#mayCarry(to) || !this.#mayCarry(from)) return err(NO_WAY);
      const ways = new Map([
        [from, this.#waysTo(to)],
        [to, this.#waysTo(from)],
      ]);
      this.#circuits.set(number, { circuit: number, ends: [from, to], ways, movedAtMs: env.clock.nowMs() });
      this.#watch(number);
      return ok({ circuit: number });
    } finally {
      this.#opening--;
    }
  }

  /** A member with a link that goes through nobody else. */
  #mayCarry(cell: CellId): boolean {
    const link = this.#deps.board.linkOf(cell);
    return link !== undefined && link.path !== 'relayed' && this.#deps.knows(cell);
  }

  #carriedOf(cell: CellId): number {
    return [...this.#circuits.values()].filter(({ ways }) => ways.has(cell)).length;
  }

  #waysTo(to: CellId): Readonly<Record<ChannelName, Way>> {
    const { env, board } = this.#deps;
    const way = (channel: ChannelName): Way => new Way(env, (bytes) => board.call(to, RELAY[channel], bytes));
    return { control: way('control'), data: way('data') };
  }

  #watch(number: number): void {
    const { env } = this.#deps;
    env.timers.after(RELAY_LIMITS.idleMs, () => {
      const circuit = this.#circuits.get(number);
      if (!circuit) return;
      const isIdle = env.clock.nowMs() - circuit.movedAtMs >= RELAY_LIMITS.idleMs;
      if (isIdle) this.#close(circuit);
      else this.#watch(number);
    });
  }

  /** Tells both ends, or the one that does not know. */
  #close(circuit: Circuit, knows?: CellId): void {
    this.#circuits.delete(circuit.circuit);
    for (const ways of circuit.ways.values()) for (const way of Object.values(ways)) way.close();
    const said = { circuit: circuit.circuit, isFromCarrier: true };
    for (const end of circuit.ends) if (end !== knows) this.#deps.board.notify(end, RELAY.closed, said);
  }
}
