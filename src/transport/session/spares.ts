import { LINK_LIMITS, type Bytes, type Timer, type Timers } from '../../core/index.ts';
import type { PeerIdentity } from '../identity.ts';
import type { RawLink } from '../transport.ts';

/** A link whose other end has proven itself. */
export interface ProvenLink {
  readonly link: RawLink;
  readonly peer: PeerIdentity;
}

/** Links to one tab that its session is not on, at a time. */
const SPARES_MAX = 4;

/**
 * Proven links to a tab besides the one that its session is on. Each is kept until both ends have certainly proven it, or know
 * that it will not come about: closing it sooner could take away the only one that the other end has.
 */
export class Spares {
  readonly #timers: Timers;
  readonly #kept = new Map<RawLink, { readonly proven: ProvenLink; readonly over: Timer; isDeaf: boolean }>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** The one added first makes room. */
  add(proven: ProvenLink): void {
    const [oldest] = this.#kept.keys();
    if (oldest && this.#kept.size >= SPARES_MAX) this.take(oldest)?.link.close();
    const over = this.#timers.after(LINK_LIMITS.helloDeadlineMs, () => this.take(proven.link)?.link.close());
    this.#kept.set(proven.link, { proven, over, isDeaf: false });
  }

  get(link: RawLink): ProvenLink | undefined {
    return this.#kept.get(link)?.proven;
  }

  /** From now on somebody else's. */
  take(link: RawLink): ProvenLink | undefined {
    const kept = this.#kept.get(link);
    kept?.over.cancel();
    this.#kept.delete(link);
    return kept?.proven;
  }

  /** Whether what comes on that link is read: the other end may be on it still. */
  hears(link: RawLink): boolean {
    return this.#kept.get(link)?.isDeaf === false;
  }

  /** What comes on those that are here now is too late. */
  deafen(): void {
    for (const kept of this.#kept.values()) kept.isDeaf = true;
  }

  /** The latest of those. */
  takeWhere(isOne: (proven: ProvenLink) => boolean): ProvenLink | undefined {
    const all = [...this.#kept.values()].map(({ proven }) => proven).filter(isOne);
    const latest = all.reduce<ProvenLink | undefined>(
      (found, proven) => (found && !isLater(proven, found) ? found : proven),
      undefined,
    );
    return latest && this.take(latest.link);
  }

  closeAll(): void {
    for (const link of [...this.#kept.keys()]) this.take(link)?.link.close();
  }
}

/**
 * Which of two links to one tab both ends keep: one that goes straight before one through another cell, and else the one that
 * the cell of lower id had later. Both ends see the same, in whatever order they prove them.
 */
export function isLater(left: ProvenLink, right: ProvenLink): boolean {
  const isRelayed = left.link.path === 'relayed';
  const isOtherRelayed = right.link.path === 'relayed';
  return isRelayed === isOtherRelayed ? isGreater(left.peer.order, right.peer.order) : isOtherRelayed;
}

function isGreater(left: Bytes, right: Bytes): boolean {
  const at = left.findIndex((byte, index) => byte !== right[index]);
  return at >= 0 && (left[at] ?? 0) > (right[at] ?? 0);
}
