import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** How often a page without motion still brings its countdowns up to date. */
const STILL_INTERVAL_MS = 1_000;

/**
 * Calls back once a frame while its element is on screen, its tab is in front and something wants it; otherwise costs
 * nothing. Where a person asked for less motion it calls back once a second.
 */
export class FrameClock implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  readonly #onFrame: (nowMs: number) => void;
  readonly #observer: IntersectionObserver;
  #isWanted = false;
  #isOnScreen = false;
  #frame: number | undefined;
  #interval: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost & Element, onFrame: (nowMs: number) => void) {
    this.#host = host;
    this.#onFrame = onFrame;
    this.#observer = new IntersectionObserver((entries) => {
      this.#isOnScreen = entries.at(-1)?.isIntersecting ?? false;
      this.#settle();
    });
    host.addController(this);
  }

  /** Says whether anything on the element moves at the moment. */
  want(isWanted: boolean): void {
    if (this.#isWanted === isWanted) return;
    this.#isWanted = isWanted;
    this.#settle();
  }

  hostConnected(): void {
    this.#observer.observe(this.#host);
    document.addEventListener('visibilitychange', this.#settle);
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
    document.removeEventListener('visibilitychange', this.#settle);
    this.#stop();
  }

  readonly #settle = (): void => {
    const shouldRun = this.#isWanted && this.#isOnScreen && document.visibilityState === 'visible';
    if (!shouldRun) this.#stop();
    else if (this.#frame === undefined && this.#interval === undefined) this.#begin();
  };

  #begin(): void {
    this.#onFrame(performance.now());
    if (wantsLessMotion()) {
      this.#interval = setInterval(() => this.#onFrame(performance.now()), STILL_INTERVAL_MS);
      return;
    }
    const step = (): void => {
      this.#frame = requestAnimationFrame(step);
      this.#onFrame(performance.now());
    };
    this.#frame = requestAnimationFrame(step);
  }

  #stop(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    clearInterval(this.#interval);
    this.#frame = undefined;
    this.#interval = undefined;
  }
}

export function wantsLessMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
