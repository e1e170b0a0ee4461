import { MEMORY_LIMITS } from '../../core/index.ts';
import { BARRIER, STRUCTURE, type Region } from '../../memory/index.ts';
import { StructureClient } from '../structure-client.ts';

/** Where the generation stands, that waiters wait on. */
const GENERATION = 4;

interface Arrival {
  readonly isLast: boolean;
  readonly generation: number;
}

/** Holds each of its parties until all have arrived, again and again (MEMORY.md §10). It takes 16 bytes. */
export class FabricBarrier {
  readonly parties: number;
  readonly #client: StructureClient;

  private constructor(client: StructureClient, parties: number) {
    this.#client = client;
    this.parties = parties;
  }

  static async create(region: Region, parties: number, { base = 0 } = {}): Promise<FabricBarrier> {
    const client = new StructureClient(region, base, STRUCTURE.barrier);
    await client.call({ operation: BARRIER.create, write: (call) => call.u32(parties), read: () => undefined });
    return new FabricBarrier(client, parties);
  }

  /** Opens the barrier that another has made. Rejects with `invalid_argument` when something else is there. */
  static async open(region: Region, { base = 0 } = {}): Promise<FabricBarrier> {
    const client = new StructureClient(region, base, STRUCTURE.barrier);
    return new FabricBarrier(client, await client.call({ operation: BARRIER.open, read: (answer) => answer.u32() }));
  }

  /** Arrives and waits for the others. True for the one that arrived last. */
  async wait(): Promise<boolean> {
    const { isLast, generation } = await this.#arrive();
    if (!isLast) while (!(await this.#isOver(generation, MEMORY_LIMITS.waitMsMax)));
    return isLast;
  }

  /** Arrives and waits `timeoutMs` for the others; false when they have not come, and then this has not arrived either. */
  async waitFor(timeoutMs: number): Promise<boolean> {
    const { isLast, generation } = await this.#arrive();
    if (isLast || (await this.#isOver(generation, timeoutMs))) return true;
    const isBack = await this.#client.call({
      operation: BARRIER.withdraw,
      write: (call) => call.u32(generation),
      read: (answer) => answer.u32() === 1,
    });
    return !isBack;
  }

  #arrive(): Promise<Arrival> {
    return this.#client.call({
      operation: BARRIER.arrive,
      read: (answer) => ({ isLast: answer.u32() === 1, generation: answer.u32() }),
    });
  }

  async #isOver(generation: number, timeoutMs: number): Promise<boolean> {
    const end = await this.#client.region.wait(this.#client.base + GENERATION, generation, timeoutMs);
    return end === 'not_equal' || (await this.#client.region.u32.load(this.#client.base + GENERATION)) !== generation;
  }
}
