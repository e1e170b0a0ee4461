/// <reference lib="esnext.disposable" />
import { FabricError, MEMORY_LIMITS, STRUCTURE_LIMITS, type Bytes } from '../../core/index.ts';
import { HOLD, MUTEX, STRUCTURE, type Region } from '../../memory/index.ts';
import { StructureClient, type StructureRequest } from '../structure-client.ts';

export interface MutexOptions {
  /** Where in the region it is: a multiple of 8. It takes 32 bytes. 0 when absent. */
  readonly base?: number;
  /** What this taker says of itself to those who find the mutex taken. */
  readonly holder?: bigint;
}

/** A mutex that is held. After its time every use rejects with `fenced`, and nothing of it takes effect. */
export interface FabricMutexGuard extends AsyncDisposable {
  /** The holder before never gave it back: what the mutex guards may be half done. */
  readonly recovered: boolean;
  /** Grows with every hold, and never comes back: what is written elsewhere under this mutex is fenced by it. */
  readonly fence: number;
  /** Bytes of the region, read while the mutex is held. */
  read(offset: number, length: number): Promise<Bytes>;
  /** Writes bytes of the region while the mutex is held. */
  write(offset: number, bytes: Uint8Array): Promise<void>;
  /** Holds on for `ttlMs` from now, or as long as it was taken for. */
  renew(ttlMs?: number): Promise<void>;
  unlock(): Promise<void>;
}

/** What came of asking. */
interface Asked {
  readonly outcome: number;
  readonly turn: number;
  readonly fence: number;
  readonly leftMs: number;
}

/**
 * Held by one at a time, among all who reach the region (MEMORY.md §9).
 * 1. A hold ends by the owner's clock when its holder does not end it: who dies, or is paused too long, is overtaken, and
 *    the next is told `recovered`.
 * 2. What a guard reads and writes is checked against its fence where the bytes are: a holder that was overtaken changes
 *    nothing any more.
 */
export class FabricMutex {
  readonly #client: StructureClient;
  readonly #holder: bigint;

  private constructor(region: Region, { base = 0, holder = 0n }: MutexOptions) {
    this.#client = new StructureClient(region, base, STRUCTURE.mutex);
    this.#holder = holder;
  }

  /** Makes a mutex that nobody holds. Whoever held one in its place is fenced. */
  static async create(region: Region, options: MutexOptions = {}): Promise<FabricMutex> {
    const mutex = new FabricMutex(region, options);
    await mutex.#client.call({ operation: MUTEX.create, read: () => undefined });
    return mutex;
  }

  /** Opens the mutex that another has made. Rejects with `invalid_argument` when something else is there. */
  static async open(region: Region, options: MutexOptions = {}): Promise<FabricMutex> {
    const mutex = new FabricMutex(region, options);
    await mutex.#client.call({ operation: MUTEX.open, read: () => undefined });
    return mutex;
  }

  /** Takes the mutex for `ttlMs`, waiting for as long as others hold it. */
  async lock(ttlMs: number = STRUCTURE_LIMITS.holdMsDefault): Promise<FabricMutexGuard> {
    for (;;) {
      const asked = await this.#ask(ttlMs);
      if (asked.outcome !== HOLD.busy) return this.#guard(asked, ttlMs);
      await this.#client.region.wait(this.#client.base + TURN, asked.turn, waitMsOf(asked.leftMs));
    }
  }

  /** Takes the mutex for `ttlMs` if nobody holds it. */
  async tryLock(ttlMs: number = STRUCTURE_LIMITS.holdMsDefault): Promise<FabricMutexGuard | undefined> {
    const asked = await this.#ask(ttlMs);
    return asked.outcome === HOLD.busy ? undefined : this.#guard(asked, ttlMs);
  }

  /** Runs `work` while the mutex is held, and gives it back. */
  async with<T>(work: (guard: FabricMutexGuard) => Promise<T>, ttlMs?: number): Promise<T> {
    const guard = await this.lock(ttlMs);
    try {
      return await work(guard);
    } finally {
      await guard[Symbol.asyncDispose]();
    }
  }

  #ask(ttlMs: number): Promise<Asked> {
    return this.#client.call({
      operation: MUTEX.lock,
      write: (call) => call.u64(this.#holder).u32(ttlMs),
      read: (answer) => {
        const [outcome, turn, fence] = [answer.u32(), answer.u32(), answer.u64()];
        answer.bits64();
        return { outcome, turn, fence, leftMs: answer.u64() };
      },
    });
  }

  #guard({ outcome, fence }: Asked, ttlMs: number): FabricMutexGuard {
    return new MutexGuard(this.#client, fence, outcome === HOLD.recovered, ttlMs);
  }
}

/** Where the word stands that waiters wait on. */
const TURN = 4;

/** No longer than the hold lasts, since nobody is woken by its end; and a little at least. */
function waitMsOf(leftMs: number): number {
  return Math.max(1, Math.min(leftMs, MEMORY_LIMITS.waitMsMax));
}

class MutexGuard implements FabricMutexGuard {
  readonly fence: number;
  readonly recovered: boolean;
  readonly #client: StructureClient;
  readonly #ttlMs: number;

  constructor(client: StructureClient, fence: number, recovered: boolean, ttlMs: number) {
    this.#client = client;
    this.fence = fence;
    this.recovered = recovered;
    this.#ttlMs = ttlMs;
  }

  read(offset: number, length: number): Promise<Bytes> {
    return this.#fenced({
      operation: MUTEX.read,
      write: (call) => call.u64(this.fence).u64(offset).u32(length),
      read: (answer) => answer.bytes(length).slice(),
    });
  }

  write(offset: number, bytes: Uint8Array): Promise<void> {
    return this.#fenced({
      operation: MUTEX.write,
      write: (call) => call.u64(this.fence).u64(offset).item(bytes),
      read: () => undefined,
    });
  }

  renew(ttlMs: number = this.#ttlMs): Promise<void> {
    return this.#fenced({
      operation: MUTEX.renew,
      write: (call) => call.u64(this.fence).u32(ttlMs),
      read: () => undefined,
    });
  }

  unlock(): Promise<void> {
    return this.#fenced({
      operation: MUTEX.unlock,
      write: (call) => call.u64(this.fence),
      read: () => undefined,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.unlock();
    } catch (error) {
      // What is over need not be given back.
      if (!(error instanceof FabricError) || !ENDED.has(error.code)) throw error;
    }
  }

  async #fenced<T>(request: StructureRequest<T>): Promise<T> {
    try {
      return await this.#client.call(request);
    } catch (error) {
      if (!(error instanceof FabricError) || error.code !== 'fenced') throw error;
      const message = `hold ${this.fence} of the mutex is over, or the region has moved on`;
      throw new FabricError({ code: 'fenced', message }, { cause: error });
    }
  }
}

const ENDED: ReadonlySet<string> = new Set(['fenced', 'lease_expired', 'revoked', 'disconnected']);
