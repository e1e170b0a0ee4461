import { CommandError } from '../terminal/index.ts';

/** One budget of time for a whole command: every wait is bounded by what is left of it, and ended by Ctrl-C. */
export class Deadline {
  readonly #endMs: number;
  readonly #totalMs: number;
  readonly #interrupted: AbortSignal;

  constructor(totalMs: number, interrupted: AbortSignal) {
    this.#endMs = performance.now() + totalMs;
    this.#totalMs = totalMs;
    this.#interrupted = interrupted;
  }

  get remainingMs(): number {
    return Math.max(0, this.#endMs - performance.now());
  }

  /** `work`, or `deadline_exceeded` saying what was waited for, or `interrupted`. */
  async bound<T>(work: Promise<T>, waitingFor: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    let stop: (() => void) | undefined;
    const end = new Promise<never>((_, reject) => {
      const seconds = Math.round(this.#totalMs / 1000);
      const late = CommandError.of('deadline_exceeded', `After ${seconds} s still waiting for ${waitingFor}.`);
      // A loop of short waits must end too: work that is quick every time would win each race.
      if (this.remainingMs === 0) reject(late);
      timer = setTimeout(() => reject(late), this.remainingMs);
      stop = () => reject(CommandError.of('interrupted', `Stopped while waiting for ${waitingFor}.`));
      if (this.#interrupted.aborted) stop();
      else this.#interrupted.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([end, work]);
    } finally {
      clearTimeout(timer);
      if (stop !== undefined) this.#interrupted.removeEventListener('abort', stop);
      // When the race was lost, what becomes of the work is nobody's concern any more.
      work.catch(() => undefined);
    }
  }

  /** Asks `isDone` every `everyMs` until it answers true. Fails as {@link bound} does. */
  async until(isDone: () => Promise<boolean>, waitingFor: string, everyMs = 100): Promise<void> {
    while (!(await this.bound(isDone(), waitingFor))) {
      await this.bound(new Promise((resolve) => setTimeout(resolve, everyMs)), waitingFor);
    }
  }
}
