import {
  contentHash,
  err,
  ok,
  shortId,
  utf8,
  type Bytes,
  type ContentHash,
  type Result,
} from '../../../src/core/index.ts';
import {
  Cell,
  type CellMemory,
  type Delivery,
  type DeliveryFault,
  type HoldingNews,
  type OutgoingRun,
} from '../../../src/cell/index.ts';
import type { LeasePolicy } from '../../../src/lease/index.ts';
import {
  EVENT,
  REQUEST,
  type Refusal,
  type RunOrderMessage,
  type WireGrant,
  type WireOutcome,
  type WireWish,
} from '../../../src/wire/index.ts';
import {
  idOf,
  present,
  ScriptedEngine,
  testBoard,
  valueOf,
  type BoardOptions,
  type ManualTime,
  type Script,
  type TestBoard,
} from '../../support/index.ts';

export const MEMORY_BYTES = 64 * 1_048_576;
export const RUN_MEMORY_BYTES = 1_048_576;

export interface TestCell extends TestBoard {
  readonly cell: Cell;
  readonly engine: ScriptedEngine;
  readonly notes: string[];
  /** What was sealed, by kind. */
  readonly sealed: string[];
  readonly news: HoldingNews[];
}

export interface CellOptions extends BoardOptions {
  readonly slots?: number;
  readonly scripts?: Readonly<Record<string, Script>>;
  readonly policy?: LeasePolicy;
  readonly memory?: CellMemory;
  readonly memoryBytes?: number;
}

/** A cell with a scripted engine, at a memory endpoint. */
export function testCell(time: ManualTime, name: string, options: CellOptions = {}): TestCell {
  const at = testBoard(time, name, options);
  const engine = new ScriptedEngine(options.slots ?? 2, options.scripts, at.env);
  const notes: string[] = [];
  const { env, board, signer } = at;
  const changed = (): void => undefined;
  const note = (_level: string, kind: string): void => void notes.push(kind);
  const sealed: string[] = [];
  const news: HoldingNews[] = [];
  const cell = new Cell({
    env,
    board,
    engine,
    signer,
    memoryBytes: options.memoryBytes ?? MEMORY_BYTES,
    nameOf: shortId,
    changed,
    note,
    audit: { append: ({ kind }) => sealed.push(kind) },
    leases: { lent: () => undefined, held: (each) => news.push(each) },
    ...(options.policy ? { policy: options.policy } : {}),
    ...(options.memory ? { memory: options.memory } : {}),
  });
  return { ...at, cell, engine, notes, sealed, news };
}

/** A run as a submitter describes it. */
export function runOf(script: string, change: Partial<OutgoingRun> = {}): OutgoingRun {
  const { module = utf8(script), input = utf8('the input') } = change;
  return {
    runId: idOf.run('1'),
    program: 'tests',
    tasklet: 'scripted',
    module,
    moduleHash: contentHash(module),
    input,
    inputHash: contentHash(input),
    fuelLimit: 1_000,
    memoryBytes: RUN_MEMORY_BYTES,
    deadlineMs: 10_000,
    submittedWallMs: 1_700_000_000_000,
    attempt: 1,
    ...change,
  };
}

/** Takes a run from one cell to another; `seen` is what the submitter heard on the way. */
export function deliver(
  from: TestCell,
  to: TestCell,
  run: OutgoingRun,
  seen: string[] = [],
): Promise<Result<Delivery, DeliveryFault>> {
  return from.cell.courier.deliver(to.self, run, {
    placed: () => seen.push('placed'),
    progressed: (status, progress) => seen.push(progress ? `${status} ${progress.done}/${progress.total}` : status),
  });
}

/** A member that speaks the protocol by hand, so that it can do what no courier of ours would. */
export class HandSubmitter {
  readonly at: TestBoard;
  readonly outcomes: WireOutcome[] = [];
  readonly endedLeases: string[] = [];
  readonly contents = new Map<ContentHash, Bytes>();
  readonly #time: ManualTime;

  constructor(time: ManualTime, name: string) {
    this.#time = time;
    this.at = testBoard(time, name);
    const { handlers } = this.at.board;
    handlers.onEvent(EVENT.runProgressed, () => undefined);
    handlers.onEvent(EVENT.runFinished, (_from, { outcome }) => this.outcomes.push(outcome));
    handlers.onEvent(EVENT.leaseEnded, (_from, { state }) => this.endedLeases.push(state));
    handlers.onRequest(REQUEST.contentGet, (_from, { hash }) => {
      const bytes = this.contents.get(hash);
      return bytes ? ok(bytes) : err({ code: 'not_found', message: 'not here' });
    });
  }

  async lease(to: TestCell, change: { ttlMs?: number; memoryBytes?: number } = {}): Promise<[WireGrant, WireGrant]> {
    const ttlMs = change.ttlMs ?? 10_000;
    const wishes: WireWish[] = [
      { kind: 'cpu', quantity: 1, ttlMs },
      { kind: 'mem', quantity: change.memoryBytes ?? RUN_MEMORY_BYTES, ttlMs },
    ];
    const call = this.at.board.call(to.self, REQUEST.leaseRequest, { wishes });
    const { grants } = valueOf(await this.#time.until(call));
    return [present(grants[0]), present(grants[1])];
  }

  order(
    script: string,
    leases: readonly [WireGrant, WireGrant],
    change: Partial<RunOrderMessage> = {},
  ): RunOrderMessage {
    const module = utf8(script);
    const input = utf8('by hand');
    this.contents.set(contentHash(module), module);
    return {
      runId: idOf.run('2'),
      program: 'tests',
      tasklet: 'by-hand',
      module: contentHash(module),
      moduleBytes: module.length,
      input: contentHash(input),
      inputBytes: input.length,
      inlineInput: input,
      fuelLimit: 1_000,
      deadlineMs: 5_000,
      submittedWallMs: 1_700_000_000_000,
      attempt: 1,
      cpuLease: leases[0].leaseId,
      cpuToken: leases[0].token,
      memLease: leases[1].leaseId,
      memToken: leases[1].token,
      ...change,
    };
  }

  submit(to: TestCell, order: RunOrderMessage): Promise<Result<unknown, Refusal>> {
    return this.#time.until(this.at.board.call(to.self, REQUEST.runSubmit, order));
  }
}
