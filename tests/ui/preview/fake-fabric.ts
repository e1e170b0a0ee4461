import { err, FabricError, failure, ok, type Result } from '../../../src/core/index.ts';
import { FabricSteward, LeaseBuilders } from '../../../src/sdk/index.ts';
import type {
  Artifacts,
  AuditExport,
  ByHand,
  Fabric,
  FabricMap,
  FabricSnapshot,
  FabricFailure,
  LeaseHandle,
  LeaseId,
  PolicyView,
  RevokeResult,
  RunHandle,
  RunId,
  RunRequest,
  RunView,
  StewardReply,
  StewardWish,
} from '../../../src/sdk/index.ts';
import { cellId, hash, leaseId, runId } from './fake-ids.ts';
import { drawnPicture } from './fake-programs.ts';
import { fakeLease } from './fake-snapshots.ts';

const STEP_MS = 500;
const PROGRESS_STEPS = 8;

/** A fabric with no cells behind it: runs walk through their states by the clock, and everything succeeds. */
export class FakeFabric implements Fabric {
  #snapshot: FabricSnapshot;
  readonly #listeners = new Set<(snapshot: FabricSnapshot) => void>();
  readonly #cancelled = new Set<RunId>();
  #nextRun = 100;

  constructor(snapshot: FabricSnapshot) {
    this.#snapshot = snapshot;
  }

  snapshot(): FabricSnapshot {
    return this.#snapshot;
  }

  subscribe(listener: (snapshot: FabricSnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(request: RunRequest): RunHandle {
    const id = runId(this.#nextRun++);
    this.change({ runs: [fakeRunOf(request, id), ...this.#snapshot.runs] });
    const cancel = (): void => void this.#cancelled.add(id);
    return {
      ...{ runId: id, finished: this.#walk(id, request), cancel },
      [Symbol.asyncDispose]: () => Promise.resolve(cancel()),
    };
  }

  run(request: RunRequest): Promise<Artifacts> {
    return this.start(request).finished;
  }

  map(): FabricMap {
    throw new FabricError(failure('runtime_not_ready', 'nobody runs a map in a preview'));
  }

  warm(): Promise<never> {
    return this.#unsupported();
  }

  addEventListener(): void {
    // A preview has no news of its own.
  }

  removeEventListener(): void {
    // Nobody was added.
  }

  readonly byHand: ByHand = {
    invite: () => {
      const code = 'EXqx0pLl'.repeat(26);
      const url = `${this.#snapshot.fabric.joinUrl}&o=${code}`;
      const accept = (): Promise<never> =>
        Promise.reject(
          new FabricError(failure('code_damaged', 'Part of this code is missing or was changed on the way.')),
        );
      return Promise.resolve({ code, url, expiresAtWallMs: 0, accept, cancel: () => undefined });
    },
    answer: () =>
      Promise.resolve({ code: 'EHqx0pLl'.repeat(22), expiresAtWallMs: 0, linked: new Promise<void>(() => undefined) }),
  };

  events(): AsyncIterable<never> {
    return this.leaseEvents();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }

  artifacts(id: RunId): Promise<Artifacts | undefined> {
    const run = this.#snapshot.runs.find((other) => other.runId === id);
    return Promise.resolve(run?.submitter === this.#snapshot.self ? fakeArtifacts(run) : undefined);
  }

  readonly lease = new LeaseBuilders(
    () => this.#unsupported(),
    () => this.#unsupported(),
  );
  readonly steward = new FabricSteward({ steward: (wish) => Promise.resolve(this.#asSteward(wish)) });

  openLease(): Promise<LeaseHandle> {
    return this.#unsupported();
  }

  attachLease(): Promise<LeaseHandle> {
    return this.#unsupported();
  }

  revokeLease(): Promise<RevokeResult> {
    return Promise.resolve('not_found');
  }

  unfenceLease(): Promise<boolean> {
    return Promise.resolve(false);
  }

  leaseEvents(): AsyncIterable<never> {
    return { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) };
  }

  heldLease(): undefined {
    return undefined;
  }

  audit(): Promise<AuditExport> {
    return this.#unsupported();
  }

  /** Keeps the rules in the snapshot, signed by nobody. */
  #asSteward(wish: StewardWish): Result<StewardReply, FabricFailure> {
    const { steward, policy = NO_RULES } = this.#snapshot;
    if (!steward) return err(failure('not_steward', 'nobody is the steward here'));
    const waiting = 'cell' in wish ? steward.waiting.filter(({ cell }) => cell !== wish.cell) : steward.waiting;
    const next: PolicyView = { ...policy, version: policy.version + 1, ...rulesOf(wish, policy) };
    this.change({ steward: { ...steward, waiting }, policy: next });
    return ok({ policy: next, leases: [] });
  }

  freeLease(id: LeaseId): Promise<void> {
    const leases = this.#snapshot.leases.map((lease) =>
      lease.leaseId === id ? { ...lease, state: 'freed' as const, remainingMs: 0 } : lease,
    );
    this.change({ leases });
    return Promise.resolve();
  }

  rename(name: string): Promise<void> {
    this.change({ cells: this.#snapshot.cells.map((cell) => (cell.isSelf ? { ...cell, name } : cell)) });
    return Promise.resolve();
  }

  leave(): Promise<void> {
    this.change({ phase: 'left' });
    return Promise.resolve();
  }

  /** Replaces part of the snapshot and tells everyone. Remaining times are carried over to the new instant. */
  change(part: Partial<FabricSnapshot>): void {
    const nowMs = performance.now();
    const passedMs = nowMs - this.#snapshot.takenAtMs;
    const leases = (part.leases ?? this.#snapshot.leases).map((lease) => {
      const remainingMs = Math.max(0, lease.remainingMs - passedMs);
      return lease.state === 'active' && remainingMs === 0
        ? { ...lease, remainingMs, state: 'expired' as const }
        : { ...lease, remainingMs };
    });
    this.#snapshot = { ...this.#snapshot, ...part, leases, takenAtMs: nowMs };
    for (const listener of this.#listeners) listener(this.#snapshot);
  }

  async #walk(id: RunId, request: RunRequest): Promise<Artifacts> {
    const other = this.#snapshot.cells[1]?.id ?? this.#snapshot.self;
    const cell = request.on === undefined || request.on === 'any' || request.on === 'other' ? other : request.on;
    await pause(STEP_MS);
    const lease = fakeLease(this.#nextRun, { leaseId: leaseId(this.#nextRun), lessor: cell, runId: id });
    this.change({ leases: [lease, ...this.#snapshot.leases] });
    this.#update(id, { cell, status: 'placed' });
    await pause(STEP_MS);
    this.#update(id, { status: 'admitted' });
    for (let done = 0; done <= PROGRESS_STEPS && !this.#cancelled.has(id); done++) {
      await pause(STEP_MS / 2);
      this.#update(id, { status: 'running', progress: { done, total: PROGRESS_STEPS }, fuelUsed: done * 40_000 });
    }
    const isCancelled = this.#cancelled.has(id);
    const reason = failure('cancelled', 'The run was cancelled by this tab.');
    this.#update(id, isCancelled ? { status: 'cancelled', failure: reason } : { status: 'succeeded', outputBytes: 88 });
    await this.freeLease(lease.leaseId);
    const run = this.#snapshot.runs.find((ended) => ended.runId === id);
    return fakeArtifacts(run ?? fakeRunOf(request, id));
  }

  #unsupported(): Promise<never> {
    return Promise.reject(new FabricError(failure('runtime_not_ready', 'nobody lends anything in a preview')));
  }

  #update(id: RunId, part: Partial<RunView>): void {
    const wallMs = (run: RunView): number => Date.now() - run.submittedWallMs;
    this.change({
      runs: this.#snapshot.runs.map((run) => (run.runId === id ? { ...run, ...part, wallMs: wallMs(run) } : run)),
    });
  }
}

function fakeRunOf(request: RunRequest, id: RunId): RunView {
  const { program, tasklet, fuel } = request;
  const fuelLimit = fuel ?? 500_000;
  return {
    runId: id,
    program,
    tasklet,
    submitter: cellId(0),
    status: 'queued',
    fuelLimit,
    submittedWallMs: Date.now(),
    wallMs: 0,
  };
}

function fakeArtifacts(run: RunView): Artifacts {
  const status = run.status === 'failed' || run.status === 'cancelled' ? run.status : 'succeeded';
  const response = {
    format: 'bmp',
    width: 240,
    height: 160,
    bitsPerPixel: 24,
    sizeBytes: 115_338,
    magic: '42 4d',
    colours: ['#4059b8', '#f0c9a0'],
  };
  return {
    response: {
      ...run,
      module: hash(1),
      input: hash(2),
      output: hash(3),
      outputBytes: run.outputBytes ?? 0,
      cell: run.cell ?? run.submitter,
      attempt: 1,
      status,
      response: status === 'succeeded' ? response : null,
      fuelUsed: run.fuelUsed ?? 0,
      timings: { submittedWallMs: run.submittedWallMs, queuedMs: 1.2, admittedMs: 6.4, runMs: 31, wallMs: run.wallMs },
      leases: [
        { leaseId: leaseId(0), kind: 'cpu', quantity: 1 },
        { leaseId: leaseId(1), kind: 'mem', quantity: 32 * 1024 * 1024 },
      ],
      log: ['decoded 240 × 160, 24 bits', 'box filter 3 × 3'],
      ...(status === 'succeeded'
        ? {
            receipt: {
              publicKey: 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE',
              signature: 'wDq8w1f0p4Yk3oV0q3c2b5m6tq1x8zN4l0uJrKqS7eHhGmXvA2YdQw9cTzB1nFpLk5RjW0xE3sUyD8aCgOiM',
              responseHash: null,
            },
          }
        : {}),
    },
    outputBase64: outputOf(run, status, response),
  };
}

function outputOf(run: RunView, status: string, response: unknown): string {
  if (status !== 'succeeded') return '';
  if (run.tasklet === 'thumbnail') return drawnPicture(96, 64).split(',')[1] ?? '';
  return btoa(run.tasklet === 'hello' ? 'Hello, world' : JSON.stringify(response));
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

const NO_RULES: PolicyView = {
  version: 0,
  hasLobby: false,
  quota: { quantityMax: {} },
  lenders: {},
  evicted: [],
  reasons: {},
  admitted: 0,
};

function rulesOf(wish: StewardWish, { evicted }: PolicyView): Partial<PolicyView> {
  if (wish.what === 'evict') return { evicted: [...evicted, wish.cell] };
  if (wish.what !== 'set') return {};
  const { hasLobby, name } = wish.change;
  return { ...(hasLobby === undefined ? {} : { hasLobby }), ...(name === undefined ? {} : { name }) };
}
