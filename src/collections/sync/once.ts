import { FabricError, MEMORY_LIMITS, STRUCTURE_LIMITS } from '../../core/index.ts';
import { HOLD, ONCE, STRUCTURE, type ByteWriter, type Region } from '../../memory/index.ts';
import type { Codec } from '../codec.ts';
import { StructureClient } from '../structure-client.ts';

export interface OnceOptions {
  /** Where in the region it is: a multiple of 8. It takes 40 bytes and the value's. 0 when absent. */
  readonly base?: number;
  /** Bytes the value may have. Needed where the codec's values differ in size. */
  readonly valueBytesMax?: number;
}

/** What the work of a once may know and do. */
export interface OnceRun {
  /** Another began and never ended: what it did may be half done. */
  readonly recovered: boolean;
  /** Says that the work goes on, for another `ttlMs`. */
  renew(ttlMs?: number): Promise<void>;
}

const TURN = 4;

interface Begun<T> {
  readonly outcome: number;
  readonly turn: number;
  readonly fence: number;
  readonly leftMs: number;
  /** When it is done. */
  readonly done?: { readonly value: T };
}

/**
 * Work that is done once among all who reach the region; everybody gets its value (MEMORY.md §11). When whoever does it dies, or
 * fails, the next does it.
 */
export class FabricOnce<T> {
  readonly #client: StructureClient;
  readonly #codec: Codec<T>;

  private constructor(region: Region, base: number, codec: Codec<T>) {
    this.#client = new StructureClient(region, base, STRUCTURE.once);
    this.#codec = codec;
  }

  static async create<T>(region: Region, codec: Codec<T>, options: OnceOptions = {}): Promise<FabricOnce<T>> {
    const once = new FabricOnce(region, options.base ?? 0, codec);
    const capacity = options.valueBytesMax ?? codec.sizeBytes;
    if (capacity === undefined) {
      const message = 'say how many bytes the value may have: valueBytesMax';
      throw new FabricError({ code: 'invalid_argument', message });
    }
    await once.#client.call({ operation: ONCE.create, write: (call) => call.u32(capacity), read: () => undefined });
    return once;
  }

  /** Opens the once that another has made. Rejects with `invalid_argument` when something else is there. */
  static async open<T>(region: Region, codec: Codec<T>, { base = 0 }: OnceOptions = {}): Promise<FabricOnce<T>> {
    const once = new FabricOnce(region, base, codec);
    await once.#client.call({ operation: ONCE.open, read: () => undefined });
    return once;
  }

  /**
   * The value: of `work` done here, if nobody has done it or is at it, else of who did. The work has `ttlMs`, and longer
   * when it renews; after that another may begin, and this rejects with `fenced`.
   */
  async run(work: (run: OnceRun) => Promise<T>, ttlMs: number = STRUCTURE_LIMITS.holdMsDefault): Promise<T> {
    for (;;) {
      const begun = await this.#begin(ttlMs);
      if (begun.done) return begun.done.value;
      if (begun.outcome !== HOLD.busy) return this.#work(begun, work, ttlMs);
      const waitMs = Math.max(1, Math.min(begun.leftMs, MEMORY_LIMITS.waitMsMax));
      await this.#client.region.wait(this.#client.base + TURN, begun.turn, waitMs);
    }
  }

  #begin(ttlMs: number): Promise<Begun<T>> {
    return this.#client.call({
      operation: ONCE.begin,
      write: (call) => call.u32(ttlMs),
      read: (answer) => {
        const [outcome, turn, fence, leftMs] = [answer.u32(), answer.u32(), answer.u64(), answer.u64()];
        const value = answer.item();
        const done = outcome === HOLD.done ? { done: { value: this.#codec.decode(value) } } : {};
        return { outcome, turn, fence, leftMs, ...done };
      },
    });
  }

  async #work({ outcome, fence }: Begun<T>, work: (run: OnceRun) => Promise<T>, ttlMs: number): Promise<T> {
    try {
      const value = await work({
        recovered: outcome === HOLD.recovered,
        renew: (againMs = ttlMs) => this.#end(ONCE.renew, fence, (call) => call.u32(againMs)),
      });
      const encoded = this.#codec.encode(value);
      await this.#end(ONCE.complete, fence, (call) => call.item(encoded));
      return value;
    } catch (error) {
      // Where this fails too, the hold ends by itself.
      await this.#end(ONCE.fail, fence).catch(() => undefined);
      throw error;
    }
  }

  #end(operation: number, fence: number, more?: (call: ByteWriter) => unknown): Promise<void> {
    return this.#client.call({
      operation,
      write: (call) => {
        call.u64(fence);
        more?.(call);
      },
      read: () => undefined,
    });
  }
}
