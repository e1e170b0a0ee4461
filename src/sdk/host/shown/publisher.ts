import { STORE_LIMITS, type Env, type Timer } from '../../../core/index.ts';
import type { FabricEvent, FabricSnapshot } from '../../index.ts';

const PUBLISH_EVERY_MS = 50;
const PUBLISH_EVERY_MS_MAX = 250;
const PUBLISH_SHARE = 10;

/** What a host tells the page: the latest events, and a snapshot soon after each change, but not too often. */
export class Publisher {
  readonly #env: Pick<Env, 'clock' | 'timers'>;
  readonly #publish: () => void;
  readonly #events: FabricEvent[] = [];
  #timer: Timer | undefined;
  #everyMs = PUBLISH_EVERY_MS;

  /** `take` takes a snapshot, `publish` hands it out. */
  constructor(
    env: Pick<Env, 'clock' | 'timers'>,
    take: () => FabricSnapshot,
    publish: (snapshot: FabricSnapshot) => void,
  ) {
    this.#env = env;
    this.#publish = () => publish(take());
  }

  /** Oldest first. */
  get events(): readonly FabricEvent[] {
    return [...this.#events];
  }

  note(level: FabricEvent['level'], kind: string, text: string): void {
    this.#events.push({ wallMs: this.#env.clock.wallMs(), level, kind, text });
    this.#events.splice(0, Math.max(0, this.#events.length - STORE_LIMITS.eventsKept));
  }

  changed(): void {
    const { timers, clock } = this.#env;
    this.#timer ??= timers.after(this.#everyMs, () => {
      this.#timer = undefined;
      const startedAtMs = clock.nowMs();
      this.#publish();
      // A long snapshot is taken less often, so that drawing never costs more than a tenth of the cell's time.
      const wantedMs = PUBLISH_SHARE * (clock.nowMs() - startedAtMs);
      this.#everyMs = Math.min(Math.max(PUBLISH_EVERY_MS, wantedMs), PUBLISH_EVERY_MS_MAX);
    });
  }
}
