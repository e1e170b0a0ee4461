import { LINK_LIMITS, type CellId, type Env, type Signer, type Timer } from '../core/index.ts';
import { CountedResource, LeaseHolder, Lessor, type HeldLease, type Lease } from '../lease/index.ts';
import type { TaskletEngine } from '../tasklet/index.ts';
import type { SessionEnd, Switchboard } from '../transport/index.ts';
import { Contents } from './contents.ts';
import { Courier } from './courier.ts';
import { Executor, type IncomingRun } from './executor.ts';
import { Fetcher } from './fetcher.ts';
import { GrantDesk, type Note } from './grant-desk.ts';

export interface CellDeps {
  readonly env: Env;
  readonly board: Switchboard;
  readonly engine: TaskletEngine;
  readonly signer: Signer;
  /** Memory this cell lends to tasklets, in bytes. */
  readonly memoryBytes: number;
  /** Something that `CellView` shows has changed. */
  readonly changed: () => void;
  readonly note: Note;
  readonly nameOf: (cell: CellId) => string;
}

/** What a cell shows of itself. */
export interface CellState {
  readonly slotsTotal: number;
  readonly slotsFree: number;
  readonly memoryBytesTotal: number;
  readonly memoryBytesFree: number;
  readonly incoming: readonly IncomingRun[];
  readonly granted: readonly Lease[];
  readonly ended: readonly { readonly lease: Lease; readonly endedAtMs: number }[];
  readonly held: readonly HeldLease[];
}

/**
 * One participant: the desk that lends its resources, the executor that runs others' tasklets on them, and the courier
 * that takes its own runs to other cells. Sole authority over what it lends.
 */
export class Cell {
  readonly self: CellId;
  readonly courier: Courier;
  readonly #deps: CellDeps;
  readonly #lessor: Lessor;
  readonly #holder: LeaseHolder;
  readonly #desk: GrantDesk;
  readonly #executor: Executor;
  #tick: Timer;

  constructor(deps: CellDeps) {
    const { env, board, engine, signer, memoryBytes, changed, note, nameOf } = deps;
    this.#deps = deps;
    this.self = board.self;
    this.#lessor = new Lessor(env, [
      new CountedResource('cpu', engine.slots, 'worker slots'),
      new CountedResource('mem', memoryBytes, 'bytes'),
    ]);
    this.#holder = new LeaseHolder(env.clock);
    const contents = new Contents();
    const fetcher = new Fetcher(env, board);
    const lessor = this.#lessor;
    this.#executor = new Executor({ env, board, lessor, engine, contents, fetcher, signer, changed });
    const tearDown = (lease: Lease): void => this.#executor.leaseEnded(lease);
    this.#desk = new GrantDesk({ env, board, lessor, tearDown, changed, note, nameOf });
    this.courier = new Courier({ env, board, holder: this.#holder, contents, fetcher, signer, changed });
    board.listen({
      joined: () => changed(),
      left: (cell, end) => this.#peerLeft(cell, end),
      refused: () => undefined,
    });
    this.#tick = env.timers.after(LINK_LIMITS.heartbeatMs, () => this.#beat());
  }

  state(): CellState {
    const cpu = this.#lessor.capacity('cpu');
    const mem = this.#lessor.capacity('mem');
    return {
      slotsTotal: cpu.total,
      slotsFree: cpu.free,
      memoryBytesTotal: mem.total,
      memoryBytesFree: mem.free,
      incoming: this.#executor.runs(),
      granted: this.#lessor.leases(),
      ended: this.#desk.ended(),
      held: this.#holder.leases(),
    };
  }

  close(): void {
    this.#tick.cancel();
    this.#desk.close();
    this.#deps.engine.close();
  }

  /** A holder that said goodbye frees what it had; one that fell silent keeps it until the deadline, and may be back. */
  #peerLeft(cell: CellId, end: SessionEnd): void {
    if (end === 'bye') this.#desk.holderLeft(cell);
    this.courier.cellLeft(cell);
    this.#deps.changed();
  }

  #beat(): void {
    this.#deps.board.tick();
    if (this.#holder.tick().length > 0) this.#deps.changed();
    this.#tick = this.#deps.env.timers.after(LINK_LIMITS.heartbeatMs, () => this.#beat());
  }
}
