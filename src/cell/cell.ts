import { MemoryTokenKey, type TokenKey } from '../capability/index.ts';
import { LINK_LIMITS, type CellId, type Env, type LeaseId, type Signer, type Timer } from '../core/index.ts';
import {
  CountedResource,
  type HeldLease,
  type Lease,
  type LeaseEvent,
  type LeasePolicy,
  type RevokeResult,
} from '../lease/index.ts';
import { PolledWaits, RegionMemory, type AllocateRegion, type Thread } from '../memory/index.ts';
import type { TaskletEngine } from '../tasklet/index.ts';
import type { SessionEnd, Switchboard } from '../transport/index.ts';
import { Contents } from './contents.ts';
import { Courier } from './courier.ts';
import { Fetcher } from './fetcher.ts';
import { Holdings, Lessors, RunLeases, type HoldingNews } from './holding/index.ts';
import { Lending, type AuditSink, type EndedLease, type Note } from './lending/index.ts';
import { RegionDesk, Regions, type Neighbours } from './regions/index.ts';
import { Executor, Materials, RunMemory, type IncomingRun } from './running/index.ts';
import { WarmDesk, WarmHolder } from './warm/index.ts';

export interface CellDeps {
  readonly env: Env;
  readonly board: Switchboard;
  readonly engine: TaskletEngine;
  readonly signer: Signer;
  /** Memory this cell lends to tasklets, in bytes. */
  readonly memoryBytes: number;
  /** Under what the tokens of its leases are sealed; a key of its own, drawn now, when absent. */
  readonly tokenKey?: TokenKey;
  /** Where everything about its leases is sealed; nowhere when absent. */
  readonly audit?: AuditSink;
  readonly policy?: LeasePolicy;
  /** How regions are made and used in the cell's thread; by polling, and in that thread alone, when absent. */
  readonly memory?: CellMemory;
  /** Something that `CellView` shows has changed. */
  readonly changed: () => void;
  readonly note: Note;
  readonly nameOf: (cell: CellId) => string;
  /** Hears what happens to leases, those it lends and those it holds, as it happens. */
  readonly leases?: LeaseListener;
}

export interface CellMemory {
  readonly allocate: AllocateRegion;
  readonly thread: Thread;
  /** None when absent. */
  readonly neighbours?: Neighbours;
}

export interface LeaseListener {
  lent(event: LeaseEvent): void;
  held(news: HoldingNews): void;
}

export interface CellCapacity {
  readonly slotsTotal: number;
  readonly slotsFree: number;
  readonly memoryBytesTotal: number;
  readonly memoryBytesFree: number;
}

/** What a cell shows of itself. */
export interface CellState extends CellCapacity {
  readonly incoming: readonly IncomingRun[];
  /** Not yet reclaimed: some may be in teardown, or fenced. */
  readonly granted: readonly Lease[];
  readonly ended: readonly EndedLease[];
  readonly held: readonly HeldLease[];
}

const TOKEN_KEY_BYTES = 32;

/**
 * One participant: what it lends, the executor that runs others' tasklets on that, what it holds of others, and the
 * courier that takes its own runs to other cells. Sole authority over what it lends.
 */
export class Cell {
  readonly self: CellId;
  readonly courier: Courier;
  readonly holdings: Holdings;
  readonly regions: Regions;
  readonly runLeases: RunLeases;
  readonly warm: WarmHolder;
  readonly #desk: RegionDesk;
  readonly #deps: CellDeps;
  readonly #lending: Lending;
  readonly #executor: Executor;
  readonly #warmDesk: WarmDesk;
  readonly #lessors: Lessors;
  #tick: Timer;

  constructor(deps: CellDeps) {
    const { env, board, engine, signer, memoryBytes, changed, leases, policy } = deps;
    const { memory: { allocate, thread, neighbours } = aloneMemory(env) } = deps;
    const { tokenKey = new MemoryTokenKey(env.random.bytes(TOKEN_KEY_BYTES)), audit = NO_AUDIT } = deps;
    this.#deps = deps;
    this.self = board.self;
    const contents = new Contents();
    const fetcher = new Fetcher(env, board);
    const regionMemory = new RegionMemory(memoryBytes, allocate);
    this.#lending = new Lending({
      ...deps,
      providers: [new CountedResource('cpu', engine.slots, 'worker slots'), regionMemory],
      tokenKey,
      audit,
      ...(policy ? { policy } : {}),
      stop: (lease) => this.#leaseEnded(lease),
      heard: (event) => {
        this.#desk.heard(event);
        this.#warmDesk.heard(event);
        leases?.lent(event);
      },
    });
    const lending = this.#lending;
    this.holdings = new Holdings({ env, board, heard: (news) => this.#held(news), changed });
    this.#lessors = new Lessors({ env, board, gone: (lessor) => this.holdings.lessorGone(lessor) });
    this.#desk = new RegionDesk({ env, board, lending, memory: regionMemory, thread });
    const beside = neighbours ? { thread, neighbours } : { thread };
    this.regions = new Regions({ env, board, holdings: this.holdings, desk: this.#desk, ...beside });
    const materials = new Materials(contents, fetcher);
    const memory = new RunMemory({
      env,
      holdings: this.holdings,
      openRegion: (leaseId) => this.regions.openRegion(leaseId),
    });
    const running = { env, board, lending, audit, engine, contents, materials, memory, signer, changed };
    this.#executor = new Executor({ ...running, isCarrying: (leaseId) => this.#warmDesk.carries(leaseId) });
    this.#warmDesk = new WarmDesk({ ...running, isRunning: (leaseId) => this.#executor.carries(leaseId) });
    this.runLeases = new RunLeases(env, this.holdings);
    const { runLeases } = this;
    this.courier = new Courier({ env, board, leases: runLeases, contents, fetcher, signer });
    this.warm = new WarmHolder({ env, board, leases: runLeases, contents, signer, desk: this.#warmDesk });
    board.listen({
      joined: (cell) => {
        this.#lessors.joined(cell);
        changed();
      },
      left: (cell, end) => this.#peerLeft(cell, end),
      relinked: (cell) => this.#linkBroke(cell),
      refused: () => undefined,
    });
    this.#tick = env.timers.after(LINK_LIMITS.heartbeatMs, () => this.#beat());
  }

  /** What there is and what of it is free: the part of the state that placement looks at, run by run. */
  capacity(): CellCapacity {
    const cpu = this.#lending.capacity('cpu');
    const mem = this.#lending.capacity('mem');
    return { slotsTotal: cpu.total, slotsFree: cpu.free, memoryBytesTotal: mem.total, memoryBytesFree: mem.free };
  }

  state(): CellState {
    return {
      ...this.capacity(),
      incoming: this.#executor.runs(),
      ...this.#lending.leases(),
      held: this.holdings.leases(),
    };
  }

  /** The leases it lends that are not yet reclaimed. */
  leases(): readonly Lease[] {
    return this.#lending.leases().granted;
  }

  /** Takes back a lease that this cell grants; answers at most a second after the grace is over. */
  revoke(leaseId: LeaseId, graceMs: number): Promise<RevokeResult> {
    return this.#lending.revoke(leaseId, graceMs);
  }

  /** As `revoke`, by the steward's order. */
  revokeForSteward(leaseId: LeaseId, graceMs: number): Promise<RevokeResult> {
    return this.#lending.revokeForSteward(leaseId, graceMs);
  }

  /** Ends what cells hold here that may not be here any more. */
  expel(isMember: (cell: CellId) => boolean): void {
    this.#lending.expel(isMember);
  }

  /** Lends a fenced resource again. Whether there was a fence to take down. */
  unfence(leaseId: LeaseId): boolean {
    return this.#lending.unfence(leaseId);
  }

  close(): void {
    this.#tick.cancel();
    this.#lending.close();
    this.runLeases.close();
    this.holdings.close();
    this.#lessors.close();
    this.#deps.engine.close();
  }

  /** A holder that said goodbye frees what it had; one that fell silent keeps it until the deadline, and may be back. */
  #peerLeft(cell: CellId, end: SessionEnd): void {
    if (end === 'bye') this.#lending.holderLeft(cell);
    this.#lessors.left(cell, end);
    this.#linkBroke(cell);
  }

  /** What was under way with that cell may be lost. */
  #linkBroke(cell: CellId): void {
    this.#desk.cellLeft(cell);
    this.#warmDesk.cellLeft(cell);
    this.warm.cellLeft(cell);
    this.courier.cellLeft(cell);
    this.#deps.changed();
  }

  /** What used a lease stops; answers what settles when it has. */
  #leaseEnded(lease: Lease): readonly Promise<unknown>[] {
    this.#desk.leaseEnded(lease);
    return [...this.#executor.leaseEnded(lease), ...this.#warmDesk.leaseEnded(lease)];
  }

  #held(news: HoldingNews): void {
    this.regions.held(news);
    this.warm.held(news);
    this.#deps.leases?.held(news);
  }

  #beat(): void {
    this.#deps.board.tick();
    this.holdings.tick();
    this.#tick = this.#deps.env.timers.after(LINK_LIMITS.heartbeatMs, () => this.#beat());
  }
}

/** Memory without other threads, for hosts that bring none. */
function aloneMemory(env: Env): CellMemory {
  return {
    allocate: (sizeBytes) => new ArrayBuffer(sizeBytes),
    thread: { number: 1, nowMs: () => env.clock.nowMs(), waits: new PolledWaits(env) },
  };
}

const NO_AUDIT: AuditSink = { append: () => undefined };
