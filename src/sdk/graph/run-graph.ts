import { FabricError, failure, type FabricErrorCode, type FabricFailure } from '../../core/index.ts';
import type { Program, ProgramNode } from '../program.ts';
import type { Artifacts } from '../snapshot.ts';
import { outputOf } from '../snapshot.ts';
import type {
  GraphDoors,
  GraphLease,
  GraphProgress,
  GraphRun,
  GraphWatch,
  NodeItem,
  NodeOutcome,
  NodeProgress,
} from './graph.ts';
import { joined } from './items.ts';
import { lanes } from './lanes.ts';
import { leasesOf, SharedLeases } from './shared-leases.ts';

/** Runs of one graph that go on at the same time. */
const RUNS_AT_ONCE_MAX = 8;
const ATTEMPTS_MAX = 3;
/** How often a graph is taken up again with other leases in place of lost ones. */
const ROUNDS_MAX = 3;
/** How long shared leases are asked for where no node wants to fail at once. */
const ACQUIRE_WAIT_MS = 20_000;

/** What a graph is: its nodes in such an order that each stands behind those it waits for, and the leases they share. */
export type Graph = Pick<Program, 'graph' | 'leases'>;

/**
 * Makes every run of a graph, each node as soon as those it waits for have ended. A node behind a failed one is skipped.
 * Whatever happens, all shared leases are given back before it answers.
 */
export async function runGraph<Lease extends GraphLease>(
  graph: Graph,
  doors: GraphDoors<Lease>,
  watch: GraphWatch = {},
): Promise<readonly NodeOutcome[]> {
  return new RunningGraph(graph, doors, watch).run();
}

/** A run that failed, and why: of itself, or because a lease is over that it was handed. */
interface EndedRun {
  readonly run?: GraphRun;
  readonly failure?: FabricFailure;
}

type State = { -readonly [Key in keyof NodeProgress]: NodeProgress[Key] };

class RunningGraph<Lease extends GraphLease> {
  readonly #nodes: readonly ProgramNode[];
  readonly #doors: GraphDoors<Lease>;
  readonly #watch: GraphWatch;
  readonly #leases: SharedLeases<Lease>;
  readonly #lane = lanes(RUNS_AT_ONCE_MAX);
  readonly #outcomes = new Map<string, NodeOutcome>();
  readonly #states = new Map<string, State>();
  /** Leases that nodes have lost in this round and want another one for. */
  readonly #wanted = new Set<string>();

  constructor({ graph, leases }: Graph, doors: GraphDoors<Lease>, watch: GraphWatch) {
    this.#nodes = graph;
    this.#doors = doors;
    this.#watch = watch;
    this.#leases = new SharedLeases(leases, graph, doors);
    for (const node of graph) this.#states.set(node.name, stateOf(node));
  }

  async run(): Promise<readonly NodeOutcome[]> {
    try {
      this.#tell();
      await this.#leases.take(this.#waitMs());
      for (let round = 1; ; round++) {
        this.#wanted.clear();
        await this.#round();
        if (this.#wanted.size === 0 || round === ROUNDS_MAX || this.#watch.signal?.aborted === true) break;
        await this.#leases.replace(this.#wanted);
        this.#forget();
      }
      return this.#nodes.flatMap(({ name }) => this.#outcomes.get(name) ?? []);
    } finally {
      await this.#leases.free();
      this.#tell();
    }
  }

  /** Runs what has not ended yet, each node behind those it waits for. */
  async #round(): Promise<void> {
    const ends = new Map<string, Promise<NodeOutcome>>();
    for (const node of this.#nodes) {
      const before = node.after.flatMap((name) => ends.get(name) ?? []);
      const ended = this.#outcomes.get(node.name);
      ends.set(node.name, ended ? Promise.resolve(ended) : Promise.all(before).then((all) => this.#node(node, all)));
    }
    // Nothing may be left running behind a rejection.
    const settled = await Promise.allSettled(ends.values());
    for (const end of settled) {
      if (end.status === 'rejected') throw end.reason;
      this.#outcomes.set(end.value.node, end.value);
    }
  }

  async #node(node: ProgramNode, before: readonly NodeOutcome[]): Promise<NodeOutcome> {
    const end = (
      status: NodeOutcome['status'],
      runs: readonly GraphRun[] = [],
      reason?: FabricFailure,
    ): NodeOutcome => {
      this.#change(node, { status, ...(reason ? { failure: reason } : {}) });
      return { node: node.name, tasklet: node.tasklet, status, runs, ...(reason ? { failure: reason } : {}) };
    };
    if (before.some(({ status }) => status === 'failed' || status === 'skipped')) return end('skipped');
    const refusal = this.#watch.signal?.aborted === true ? CANCELLED : this.#leases.refusalFor(node);
    if (refusal) return end(this.#isForgiven(node, refusal.code) ? 'degraded' : 'failed', [], refusal);
    this.#change(node, { status: 'running' });
    let items: readonly NodeItem[];
    try {
      items = await this.#itemsFor(node, before);
    } catch (thrown) {
      const reason = await this.#reasonFor(node, failureIn(thrown));
      return end(this.#isForgiven(node, reason.code) ? 'degraded' : 'failed', [], reason);
    }
    const inputs = node.isFannedOut || items.length === 1 ? items : [joined(items)];
    this.#change(node, { runs: inputs.length });
    const ended = await Promise.all(inputs.map((input) => this.#lane(() => this.#runOnce(node, input))));
    const failures = ended.flatMap((each) => each.failure ?? []);
    const status =
      failures.length === 0
        ? 'succeeded'
        : failures.every(({ code }) => this.#isForgiven(node, code))
          ? 'degraded'
          : 'failed';
    return end(
      status,
      ended.flatMap(({ run }) => run ?? []),
      failures[0],
    );
  }

  async #itemsFor(
    { input, isFannedOut, ...node }: ProgramNode,
    before: readonly NodeOutcome[],
  ): Promise<readonly NodeItem[]> {
    if (input.kind === 'lease') {
      const bytes = await this.#leases.held(input.name)?.read();
      return bytes ? [{ label: input.name, bytes }] : [];
    }
    if (input.kind !== 'output') return this.#doors.filesFor({ input, isFannedOut, ...node });
    const source = before.find((outcome) => outcome.node === input.name);
    return (source?.runs ?? [])
      .filter(({ artifacts }) => artifacts.response.status === 'succeeded')
      .map(({ input: label, artifacts }) => ({ label: `${input.name}(${label})`, bytes: outputOf(artifacts) }));
  }

  /** A run, made again as often as the program lets it. Fresh leases of its own come with every attempt. */
  async #runOnce(node: ProgramNode, input: NodeItem): Promise<EndedRun> {
    for (let attempts = 1; ; attempts++) {
      if (this.#watch.signal?.aborted === true) return this.#ended(node, { failure: CANCELLED });
      const made = await this.#made(node, input);
      if (made.artifacts === undefined) return this.#ended(node, { failure: made.failure });
      const run = { input: input.label, attempts, artifacts: made.artifacts };
      if (made.failure === undefined) return this.#ended(node, { run });
      const lost = await this.#leases.lostBy(node);
      const [reason] = lost.values();
      if (reason) this.#want(node, lost);
      const recovery = this.#doors.recoveryFrom(node, made.failure.code);
      const isOver = reason !== undefined || recovery === 'fail' || recovery === 'degrade' || attempts === ATTEMPTS_MAX;
      if (isOver) return this.#ended(node, { run, failure: reason ?? made.failure });
    }
  }

  async #made(
    node: ProgramNode,
    input: NodeItem,
  ): Promise<{ artifacts: Artifacts; failure?: FabricFailure } | { artifacts?: never; failure: FabricFailure }> {
    try {
      const artifacts = await this.#doors.run(node, input, this.#leases.handed(node));
      const { status, error = CANCELLED } = artifacts.response;
      return { artifacts, ...(status === 'succeeded' ? {} : { failure: error }) };
    } catch (thrown) {
      return { failure: failureIn(thrown) };
    }
  }

  #ended(node: ProgramNode, end: EndedRun): EndedRun {
    const state = this.#states.get(node.name);
    this.#change(node, {
      ended: (state?.ended ?? 0) + 1,
      failed: (state?.failed ?? 0) + (end.failure ? 1 : 0),
    });
    return end;
  }

  /** What stands behind a failure: the end of a lease, where one has ended. */
  async #reasonFor(node: ProgramNode, seen: FabricFailure): Promise<FabricFailure> {
    const lost = await this.#leases.lostBy(node);
    this.#want(node, lost);
    return [...lost.values()][0] ?? seen;
  }

  #want(node: ProgramNode, lost: ReadonlyMap<string, FabricFailure>): void {
    const isWanted = [...lost.values()].every(({ code }) => this.#doors.recoveryFrom(node, code) === 'reacquire');
    for (const name of isWanted ? lost.keys() : []) this.#wanted.add(name);
  }

  /** Bytes that are gone are made anew: by every node that works on them, and then by those that had to wait. */
  #forget(): void {
    for (const node of this.#nodes) {
      const { status } = this.#outcomes.get(node.name) ?? {};
      const isTouched = leasesOf(node).some((name) => this.#wanted.has(name));
      if (!isTouched && status !== 'skipped') continue;
      this.#outcomes.delete(node.name);
      this.#states.set(node.name, stateOf(node));
    }
    this.#tell();
  }

  #isForgiven(node: ProgramNode, code: FabricErrorCode): boolean {
    return this.#doors.recoveryFrom(node, code) === 'degrade';
  }

  /** Leases are waited for unless a node that works on them would rather fail. */
  #waitMs(): number {
    const leasing = this.#nodes.filter((node) => leasesOf(node).length > 0);
    const recoveries = leasing.map((node) => this.#doors.recoveryFrom(node, 'capacity_exceeded'));
    return recoveries.every((each) => each === 'retry' || each === 'reacquire') ? ACQUIRE_WAIT_MS : 0;
  }

  #change(node: ProgramNode, change: Partial<State>): void {
    const state = this.#states.get(node.name);
    if (state) Object.assign(state, change);
    this.#tell();
  }

  #tell(): void {
    if (!this.#watch.progress) return;
    const nodes = [...this.#states.values()].map((state): NodeProgress => ({ ...state }));
    const progress: GraphProgress = { leases: this.#leases.progress(), nodes };
    this.#watch.progress(progress);
  }
}

const CANCELLED = failure('cancelled', 'the program was cancelled');

function stateOf({ name, tasklet }: ProgramNode): State {
  return { node: name, tasklet, status: 'waiting', runs: 0, ended: 0, failed: 0 };
}

function failureIn(thrown: unknown): FabricFailure {
  if (!(thrown instanceof FabricError)) throw thrown;
  return thrown.toFailure();
}
