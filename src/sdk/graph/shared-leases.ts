import { failure, type FabricFailure } from '../../core/index.ts';
import type { ProgramLease, ProgramNode } from '../program.ts';
import type { GraphDoors, GraphLease, HandedLease, LeaseProgress } from './graph.ts';

/** The leases that a node works on or reads its input from, by name. */
export function leasesOf({ leases, input }: ProgramNode): readonly string[] {
  const names = leases.map(({ name }) => name);
  return input.kind === 'lease' ? [...names, input.name] : names;
}

/**
 * The shared leases of one graph that runs.
 * 1. They are asked for in the order of their names, all or none: graphs that want the same cannot stop each other for good.
 * 2. While one is held, nobody waits for another.
 */
export class SharedLeases<Lease extends GraphLease> {
  readonly #declared: readonly ProgramLease[];
  readonly #doors: Pick<GraphDoors<Lease>, 'acquire'>;
  readonly #held = new Map<string, Lease>();
  readonly #failures = new Map<string, FabricFailure>();
  #isOver = false;

  /** Of the leases that a program declares, those that its nodes use. */
  constructor(declared: readonly ProgramLease[], nodes: readonly ProgramNode[], doors: GraphDoors<Lease>) {
    const used = new Set(nodes.flatMap(leasesOf));
    this.#declared = declared
      .filter(({ name }) => used.has(name))
      .toSorted((left, right) => (left.name < right.name ? -1 : 1));
    this.#doors = doors;
  }

  async take(waitMs: number): Promise<void> {
    if (this.#declared.length > 0) await this.#take(this.#declared, waitMs);
  }

  /** Takes others in place of those that are over; at once or not at all, because others are held meanwhile. */
  async replace(names: ReadonlySet<string>): Promise<void> {
    const over = [...names].flatMap((name) => this.#held.get(name) ?? []);
    for (const name of names) this.#held.delete(name);
    await Promise.all(over.map((lease) => lease.free().catch(() => undefined)));
    await this.#take(
      this.#declared.filter(({ name }) => names.has(name)),
      0,
    );
  }

  /** What a run of the node is handed. */
  handed({ leases }: ProgramNode): readonly HandedLease<Lease>[] {
    return leases.flatMap(({ name, operations }) => {
      const lease = this.#held.get(name);
      return lease ? [{ lease, operations }] : [];
    });
  }

  held(name: string): Lease | undefined {
    return this.#held.get(name);
  }

  /** Why a node cannot begin: a lease of its that could not be had. */
  refusalFor(node: ProgramNode): FabricFailure | undefined {
    const [missing] = leasesOf(node).filter((name) => !this.#held.has(name));
    return missing === undefined ? undefined : (this.#failures.get(missing) ?? UNDECLARED);
  }

  /** Leases of a node that are over by now, with the reasons. */
  async lostBy(node: ProgramNode): Promise<ReadonlyMap<string, FabricFailure>> {
    const lost = new Map<string, FabricFailure>();
    for (const name of leasesOf(node)) {
      const reason = await this.#held.get(name)?.lost();
      if (!reason) continue;
      lost.set(name, reason);
      this.#failures.set(name, reason);
    }
    return lost;
  }

  async free(): Promise<void> {
    this.#isOver = true;
    // Whoever cannot be told any more takes it back when its time is over.
    await Promise.all([...this.#held.values()].map((lease) => lease.free().catch(() => undefined)));
  }

  progress(): readonly LeaseProgress[] {
    return this.#declared.map(({ name, sizeBytes }) => {
      const lease = this.#held.get(name);
      const reason = this.#failures.get(name);
      const state = this.#isOver && lease ? 'freed' : reason ? 'lost' : lease ? 'held' : 'wanted';
      return {
        name,
        sizeBytes,
        state,
        ...(lease?.leaseId === undefined ? {} : { leaseId: lease.leaseId }),
        ...(lease?.lessor === undefined ? {} : { lessor: lease.lessor }),
        ...(reason ? { failure: reason } : {}),
      };
    });
  }

  async #take(wanted: readonly ProgramLease[], waitMs: number): Promise<void> {
    const taken = await this.#doors.acquire(wanted, waitMs);
    for (const [index, { name }] of wanted.entries()) {
      const lease = taken.ok ? taken.value[index] : undefined;
      if (lease) this.#held.set(name, lease);
      if (taken.ok) this.#failures.delete(name);
      else this.#failures.set(name, taken.error);
    }
  }
}

const UNDECLARED = failure('manifest_invalid', 'the node names a shared lease that the program does not declare');
