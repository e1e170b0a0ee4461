import { equalBytes, FabricError, MEMORY_LIMITS, type Bytes, type CellId, type LeaseId } from '../../core/index.ts';
import { LocalRegion, type Thread } from '../local/index.ts';
import type { RegionDoor } from '../region-door.ts';
import type { AtomicWord, LocalBytes, Region, RegionRange, WaitEnd } from '../region.ts';
import { AtomicWords } from './atomic-words.ts';
import { LocalPerformer } from './local-performer.ts';
import type { Performer } from './performer.ts';
import { RemotePerformer } from './remote-performer.ts';

/** The region behind a door: at once where its bytes are shared with this `thread`, by batches where they are not. */
export function openedRegion(door: RegionDoor, thread?: Thread): Region {
  const remote = new RemotePerformer(door);
  if (!door.shared || !thread) return new OpenedRegion(door, remote, undefined);
  const local = new LocalRegion(door.shared.buffer, door.shared.epoch, thread);
  return new OpenedRegion(door, new LocalPerformer(local, remote), local);
}

class OpenedRegion implements Region {
  readonly leaseId: LeaseId;
  readonly lessor: CellId;
  readonly sizeBytes: number;
  readonly local?: LocalBytes;
  readonly u32: AtomicWord<number>;
  readonly u64: AtomicWord<bigint>;
  readonly #performer: Performer;

  constructor(door: RegionDoor, performer: Performer, local: LocalBytes | undefined) {
    this.leaseId = door.leaseId;
    this.lessor = door.lessor;
    this.sizeBytes = door.sizeBytes;
    this.#performer = performer;
    if (local) this.local = local;
    this.u32 = new AtomicWords<number>(0, (...operation) => performer.atomic32(...operation));
    this.u64 = new AtomicWords<bigint>(0n, (...operation) => performer.atomic64(...operation));
  }

  read(offset: number, length: number): Promise<Bytes> {
    return this.#performer.read(offset, length);
  }

  readv(ranges: readonly RegionRange[]): Promise<Bytes[]> {
    return Promise.all(ranges.map(({ offset, length }) => this.#performer.read(offset, length)));
  }

  write(offset: number, bytes: Uint8Array): Promise<void> {
    return this.#performer.write(offset, bytes);
  }

  async writev(writes: readonly { readonly offset: number; readonly bytes: Uint8Array }[]): Promise<void> {
    await Promise.all(writes.map(({ offset, bytes }) => this.#performer.write(offset, bytes)));
  }

  fill(offset: number, length: number, value: number): Promise<void> {
    return this.#performer.fill(offset, length, value);
  }

  async wait(offset: number, expected: number, timeoutMs: number): Promise<WaitEnd> {
    for (let leftMs = timeoutMs, isFirst = true; ; leftMs -= MEMORY_LIMITS.waitMsMax, isFirst = false) {
      const end = await this.#performer.wait(offset, expected, Math.min(leftMs, MEMORY_LIMITS.waitMsMax));
      if (end === 'timed_out' && leftMs > MEMORY_LIMITS.waitMsMax) continue;
      return end === 'not_equal' && !isFirst ? 'woken' : end;
    }
  }

  notify(offset: number, count = 0xffff_ffff): Promise<number> {
    return this.#performer.notify(offset, count);
  }

  call(call: Uint8Array): Promise<Bytes> {
    return this.#performer.call(call);
  }

  watch({ offset, length }: RegionRange): AsyncIterable<Bytes> {
    if (length > MEMORY_LIMITS.watchBytesMax) {
      throw new FabricError({
        code: 'invalid_argument',
        message: `a watch is over at most ${MEMORY_LIMITS.watchBytesMax} bytes`,
      });
    }
    // What it begins with is read now, not when somebody first asks for a change.
    const first = this.#look(offset, length, undefined);
    first.catch(() => undefined);
    return this.#changes(offset, length, first);
  }

  async *#changes(offset: number, length: number, first: Promise<Sight>): AsyncGenerator<Bytes, void> {
    for (let seen = await first; ;) {
      const next = await this.#look(offset, length, seen.notices);
      const isChanged = !equalBytes(next.bytes, seen.bytes);
      seen = next;
      if (isChanged) yield next.bytes.slice();
    }
  }

  async #look(offset: number, length: number, seen: number | undefined): Promise<Sight> {
    const notices = await this.#performer.notices(seen, MEMORY_LIMITS.waitMsMax);
    return { notices, bytes: await this.#performer.read(offset, length) };
  }
}

/** A watched range, and how many notifies there had been when it was read. */
interface Sight {
  readonly notices: number;
  readonly bytes: Bytes;
}
