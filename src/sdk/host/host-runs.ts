import {
  contentHash,
  err,
  failure,
  failureOf,
  forgetOldest,
  ok,
  RUN_LIMITS,
  STORE_LIMITS,
  utf8,
  type CellId,
  type ContentHash,
  type Env,
  type FabricErrorCode,
  type FabricFailure,
  type Result,
  type RunId,
} from '../../core/index.ts';
import type { Cell, Delivery, DeliveryFault, Note, Store } from '../../cell/index.ts';
import { Scheduler, Siblings, type Candidate } from '../../placement/index.ts';
import type { Artifacts, HeldMemory, MapOrder, RunRequest, RunView } from '../index.ts';
import { refusalOf } from './request.ts';
import { RunLedger, type LedgerRun, type RunEnd } from './run-ledger.ts';

export interface HostRunsDeps {
  readonly env: Env;
  readonly cell: Cell;
  readonly artifacts: Store<Artifacts>;
  /** Every cell there is, as placement sees it, but for what only the runs know. */
  readonly candidates: () => readonly Omit<Candidate, 'inFlight' | 'slotsKept'>[];
  /** Resolves when there is a link to that cell, or none soon. */
  readonly reach: (cell: CellId) => Promise<unknown>;
  /** A fresh LeaseRef of a lease that this cell holds. */
  readonly refOf: (memory: HeldMemory, module: ContentHash) => Result<string, FabricFailure>;
  readonly nameOf: (cell: CellId) => string;
  readonly note: Note;
  readonly changed: () => void;
}

interface OpenMap {
  readonly order: MapOrder;
  readonly siblings: Siblings;
}

/** Ends that say more about the cell than about the tasklet: another one may do better. */
const LOSSES: ReadonlySet<FabricErrorCode> = new Set([
  'worker_died',
  'revoked',
  'lease_expired',
  'fenced',
  'module_unavailable',
  'capacity_exceeded',
]);

/** The runs of this cell's own: on their way to cells, alone, verified or as parts of a map, and their artifacts. */
export class HostRuns {
  readonly #deps: HostRunsDeps;
  readonly #scheduler: Scheduler<LedgerRun, Delivery>;
  readonly #ledger: RunLedger;
  readonly #maps = new Map<string, OpenMap>();
  readonly #inFlight = new Map<CellId, number>();
  /** Cells that were outvoted: they get no run of this cell any more. */
  readonly #distrusted = new Set<CellId>();
  /** Cells that have run a module and therefore have it. */
  readonly #sources = new Map<ContentHash, CellId[]>();
  /** Artifacts on their way into the store. */
  readonly #unstored = new Map<RunId, Artifacts>();
  #isStoring = false;

  constructor(deps: HostRunsDeps) {
    const { env, cell } = deps;
    this.#deps = deps;
    this.#ledger = new RunLedger(env, cell.self, (leaseId) => {
      const usable = cell.holdings.usable(leaseId);
      return usable.ok ? usable.value.held.lessor : undefined;
    });
    this.#scheduler = new Scheduler(env, {
      candidates: ({ map }) => this.candidates(map),
      deliver: (to, run, attempt) => this.#deliver(to, run, attempt),
      cancel: (runId, at) => cell.courier.cancel(runId, at),
      lossOf: lossIn,
      isStraggler: ({ map = '' }, elapsedMs) => this.#maps.get(map)?.siblings.isStraggler(elapsedMs) === true,
      distrusted: () => this.#distrusted,
    });
  }

  /** Newest first. */
  views(): readonly RunView[] {
    return this.#ledger.views();
  }

  /** Whether runs of this cell are on their way to that one, or there. */
  hasRunsAt(cell: CellId): boolean {
    return (this.#inFlight.get(cell) ?? 0) > 0;
  }

  /** The cells as placement sees them, for a run of that map. */
  candidates(map?: string): readonly Candidate[] {
    const { runLeases } = this.#deps.cell;
    return this.#deps.candidates().map((candidate) => ({
      ...candidate,
      inFlight: this.#inFlight.get(candidate.cell) ?? 0,
      ...(map === undefined ? {} : { slotsKept: runLeases.keptAt(map, candidate.cell) }),
    }));
  }

  /** Runs a tasklet to its end and answers its artifacts, kept by run id. Refuses only what cannot be a run at all. */
  async submit(runId: RunId, request: RunRequest, map?: string): Promise<Result<Artifacts, FabricFailure>> {
    const refusal = refusalOf(request);
    if (refusal) return err(refusal);
    const run = this.#ledger.begin(runId, request, map);
    this.#deps.changed();
    const artifacts = this.#ledger.end(run, await this.#placed(run));
    this.#noteEnd(run, artifacts);
    this.#store(runId, artifacts);
    return ok(artifacts);
  }

  openMap(map: string, order: MapOrder): Result<void, FabricFailure> {
    const refusal = refusalOf({ ...order, input: new Uint8Array(0) });
    if (refusal) return err(refusal);
    if (this.#maps.size >= RUN_LIMITS.mapsMax) {
      return err(failure('capacity_exceeded', `this cell already has ${RUN_LIMITS.mapsMax} maps open`));
    }
    this.#maps.set(map, { order, siblings: new Siblings() });
    this.#deps.cell.runLeases.openMap(map);
    return ok(undefined);
  }

  submitPart(map: string, runId: RunId, input: RunRequest['input']): Promise<Result<Artifacts, FabricFailure>> {
    const open = this.#maps.get(map);
    if (!open) return Promise.resolve(err(failure('not_found', 'that map is not open')));
    return this.submit(runId, { ...open.order, input }, map);
  }

  /** Frees what was kept for it. Its runs that are under way go on. */
  closeMap(map: string): void {
    this.#maps.delete(map);
    this.#deps.cell.runLeases.closeMap(map);
  }

  cancel(runId: RunId): void {
    this.#scheduler.cancel(runId);
    const { leases } = this.#ledger.run(runId) ?? {};
    const cpu = leases && this.#deps.cell.holdings.usable(leases.cpu);
    if (cpu?.ok) this.#deps.cell.courier.cancel(runId, cpu.value.held.lessor);
  }

  artifacts(runId: RunId): Promise<Artifacts | undefined> {
    const unstored = this.#unstored.get(runId);
    return unstored ? Promise.resolve(unstored) : this.#deps.artifacts.get(runId);
  }

  async #placed(run: LedgerRun): Promise<Result<RunEnd, FabricFailure>> {
    if (run.leases) return this.#onLeases(run, run.leases);
    if (run.verify === undefined) return this.#scheduler.schedule(run);
    const verified = await this.#scheduler.verify(run, run.verify, voteOf);
    if (verified.ok) for (const cell of verified.value.verdict.disagreed) this.#distrust(cell, run);
    return verified;
  }

  /** Takes a run to the cell whose leases it is to run on; elsewhere afterwards only where its program says so. */
  async #onLeases(run: LedgerRun, leases: NonNullable<LedgerRun['leases']>): Promise<Result<RunEnd, FabricFailure>> {
    const cpu = this.#deps.cell.holdings.usable(leases.cpu);
    const cell = cpu.ok ? cpu.value.held.lessor : undefined;
    const delivered = cell === undefined ? undefined : await this.#deliver(cell, run, 1);
    const fault = cpu.ok ? undefined : failureOf(cpu.error);
    const loss = delivered?.ok ? lossIn(delivered.value) : (delivered?.error.failure ?? fault);
    if (loss && run.recovery === 'reacquire' && loss.code !== 'cancelled') {
      const visited = cell === undefined ? [] : [cell];
      const again = await this.#scheduler.schedule({ ...withoutLeases(run), visited, attemptsMade: visited.length });
      if (!again.ok) return again;
      const lost = cell === undefined ? [] : [{ attempt: 1, cell, failure: loss }];
      return ok({ ...again.value, lost: [...lost, ...again.value.lost] });
    }
    if (delivered?.ok && cell !== undefined) {
      return ok({ cell, done: delivered.value, attempt: 1, lost: [], isDegraded: false });
    }
    return err(loss ?? failure('internal', 'a run on leases came to nothing'));
  }

  async #deliver(to: CellId, run: LedgerRun, attempt: number): Promise<Result<Delivery, DeliveryFault>> {
    const { cell, env, note, nameOf, changed } = this.#deps;
    if (attempt > 1) {
      note('warn', 'run.retried', `${run.program}/${run.tasklet} begins again on ${nameOf(to)}: attempt ${attempt}`);
    }
    this.#inFlight.set(to, (this.#inFlight.get(to) ?? 0) + 1);
    const startedAtMs = env.clock.nowMs();
    const sources = (this.#sources.get(run.moduleHash) ?? []).filter((source) => source !== to);
    await this.#deps.reach(to);
    const memory = this.#refsOf(run);
    if (!memory.ok) {
      this.#inFlight.set(to, (this.#inFlight.get(to) ?? 1) - 1);
      return err({ failure: memory.error, begun: false });
    }
    const delivered = await cell.courier.deliver(
      to,
      { ...withoutMemory(run), attempt, ...memory.value, ...(sources.length > 0 ? { sources } : {}) },
      {
        placed: () => {
          this.#ledger.placed(run.runId, to, attempt);
          changed();
        },
        progressed: (status, progress) => {
          this.#ledger.progressed(run.runId, status, progress);
          changed();
        },
      },
    );
    this.#inFlight.set(to, (this.#inFlight.get(to) ?? 1) - 1);
    if (delivered.ok && delivered.value.outcome.status === 'succeeded') {
      this.#maps.get(run.map ?? '')?.siblings.ended(env.clock.nowMs() - startedAtMs);
      this.#has(to, run.moduleHash);
    }
    return delivered;
  }

  /** LeaseRefs are good for one generation: those of leases held here are made when they are needed. */
  #refsOf({ memory, moduleHash }: LedgerRun): Result<{ readonly memory?: readonly string[] }, FabricFailure> {
    if (!memory) return ok({});
    const refs: string[] = [];
    for (const each of memory) {
      const ref = typeof each === 'string' ? ok(each) : this.#deps.refOf(each, moduleHash);
      if (!ref.ok) return ref;
      refs.push(ref.value);
    }
    return ok({ memory: refs });
  }

  /** The cells that last showed that they have it, this cell aside: it is asked anyway. */
  #has(cell: CellId, module: ContentHash): void {
    if (cell === this.#deps.cell.self) return;
    const known = (this.#sources.get(module) ?? []).filter((other) => other !== cell);
    this.#sources.delete(module);
    this.#sources.set(module, [cell, ...known].slice(0, RUN_LIMITS.sourcesMax));
    forgetOldest(this.#sources, STORE_LIMITS.meteredModulesKeptMax);
  }

  #distrust(cell: CellId, { program, tasklet }: LedgerRun): void {
    this.#distrusted.add(cell);
    const { note, nameOf } = this.#deps;
    note('warn', 'cell.disagreed', `${nameOf(cell)} gave another result of ${program}/${tasklet} than the majority`);
  }

  /** Parts of a map that do as they should are too many for the log. */
  #noteEnd({ program, tasklet, map }: LedgerRun, { response }: Artifacts): void {
    const { status, error } = response;
    if (map !== undefined && status === 'succeeded') return;
    const text = `${program}/${tasklet} ${status}${error ? `: ${error.message}` : ''}`;
    this.#deps.note(status === 'succeeded' ? 'info' : 'warn', 'run.finished', text);
  }

  /** Nobody waits for the store: what is on its way there, one after the other, is read from here. */
  #store(runId: RunId, artifacts: Artifacts): void {
    this.#unstored.set(runId, artifacts);
    forgetOldest(this.#unstored, STORE_LIMITS.runsKeptMax);
    if (!this.#isStoring) void this.#storeAll();
  }

  async #storeAll(): Promise<void> {
    this.#isStoring = true;
    for (let next = first(this.#unstored); next; next = first(this.#unstored)) {
      const [runId, artifacts] = next;
      await this.#deps.artifacts.put(runId, artifacts).catch((error: unknown) => {
        this.#deps.env.log.write('warn', 'artifacts were not stored', { runId, error: String(error) });
      });
      this.#unstored.delete(runId);
    }
    this.#isStoring = false;
  }
}

function first<Key, Value>(map: ReadonlyMap<Key, Value>): readonly [Key, Value] | undefined {
  for (const entry of map) return entry;
  return undefined;
}

function withoutLeases(run: LedgerRun): LedgerRun {
  const free: LedgerRun & { leases?: LedgerRun['leases'] } = { ...run };
  delete free.leases;
  return free;
}

function withoutMemory(run: LedgerRun): Omit<LedgerRun, 'memory'> {
  const bare: Omit<LedgerRun, 'memory'> & { memory?: LedgerRun['memory'] } = { ...run };
  delete bare.memory;
  return bare;
}

function lossIn({ outcome }: Delivery): FabricFailure | undefined {
  return outcome.error && LOSSES.has(outcome.error.code) ? failureOf(outcome.error) : undefined;
}

/** What must be the same on every cell: determinism makes it so (DESIGN §3). */
function voteOf({ outcome }: Delivery): string {
  const { status, error, output, fuelUsed, responseText } = outcome;
  const response = responseText === undefined ? 'none' : contentHash(utf8(responseText));
  return `${status} ${error?.code ?? 'none'} ${output} ${fuelUsed} ${response}`;
}
