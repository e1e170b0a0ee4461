import { err, WIRE_LIMITS, type CellId, type ContentHash, type Env, type Result } from '../core/index.ts';
import type { Switchboard } from '../transport/index.ts';
import { REQUEST, type Refusal } from '../wire/index.ts';

/** What is under way from one cell, and who waits for a turn, first come first served. */
interface Source {
  count: number;
  bytes: number;
  readonly waiting: { readonly sizeBytes: number; readonly begin: () => void }[];
}

/**
 * Asks other cells for contents, of each one only so much at a time: more than a link may hold half delivered would end
 * the link, and every run on it.
 */
export class Fetcher {
  readonly #env: Pick<Env, 'clock' | 'timers'>;
  readonly #board: Switchboard;
  readonly #sources = new Map<CellId, Source>();

  constructor(env: Pick<Env, 'clock' | 'timers'>, board: Switchboard) {
    this.#env = env;
    this.#board = board;
  }

  /** The bytes as they were delivered, not yet held against their hash. Settles within `deadlineMs`. */
  async fetch(
    from: CellId,
    hash: ContentHash,
    sizeBytes: number,
    deadlineMs: number,
  ): Promise<Result<Uint8Array, Refusal>> {
    const untilMs = this.#env.clock.nowMs() + deadlineMs;
    const source = this.#sourceOf(from);
    if (!(await this.#turn(source, sizeBytes, deadlineMs))) {
      return err({ code: 'deadline_exceeded', message: `its turn did not come within ${deadlineMs} ms` });
    }
    const leftMs = Math.max(1, untilMs - this.#env.clock.nowMs());
    const answer = await this.#board.call(from, REQUEST.contentGet, { hash, sizeBytesMax: sizeBytes }, leftMs);
    source.count--;
    source.bytes -= sizeBytes;
    this.#beginNext(source);
    if (source.count === 0) this.#sources.delete(from);
    return answer;
  }

  #sourceOf(from: CellId): Source {
    const source = this.#sources.get(from) ?? { count: 0, bytes: 0, waiting: [] };
    this.#sources.set(from, source);
    return source;
  }

  /** Waits for room at `source` and takes it; false when there was none in time. */
  #turn(source: Source, sizeBytes: number, deadlineMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const begin = (): void => {
        late.cancel();
        source.count++;
        source.bytes += sizeBytes;
        resolve(true);
      };
      const entry = { sizeBytes, begin };
      const late = this.#env.timers.after(deadlineMs, () => {
        source.waiting.splice(source.waiting.indexOf(entry), 1);
        resolve(false);
      });
      source.waiting.push(entry);
      this.#beginNext(source);
    });
  }

  #beginNext(source: Source): void {
    for (let next = source.waiting[0]; next; next = source.waiting[0]) {
      const isRoom =
        source.count < WIRE_LIMITS.fetchesMax && source.bytes + next.sizeBytes <= WIRE_LIMITS.fetchBytesMax;
      if (source.count > 0 && !isRoom) return;
      source.waiting.shift();
      next.begin();
    }
  }
}
