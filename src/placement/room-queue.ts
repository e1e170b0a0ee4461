import { RUN_LIMITS, type Env } from '../core/index.ts';

/** Waiters that look again together; more of them take turns, so that a burst does not look a thousand times a second. */
const LOOK_TOGETHER = 64;

/** Where runs wait for room: until somebody says there may be some, and never long. Oldest first. */
export class RoomQueue {
  readonly #env: Pick<Env, 'timers'>;
  readonly #waiting = new Set<() => void>();

  constructor(env: Pick<Env, 'timers'>) {
    this.#env = env;
  }

  /** Resolves when it is worth looking again; answers how to stop waiting. */
  wait(): { readonly over: Promise<void>; wake(): void } {
    let wake = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      const turns = Math.ceil((this.#waiting.size + 1) / LOOK_TOGETHER);
      const timer = this.#env.timers.after(RUN_LIMITS.retryDelayMs * turns, () => wake());
      wake = () => {
        this.#waiting.delete(wake);
        timer.cancel();
        resolve();
      };
      this.#waiting.add(wake);
    });
    return { over, wake: () => wake() };
  }

  /** Something has ended that may have made room for one. */
  roomMade(): void {
    for (const wake of this.#waiting) return wake();
  }
}
