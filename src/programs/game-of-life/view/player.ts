import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { CellId, FabricFailure, ViewStage } from '../../../sdk/index.ts';
import { failureOf } from '../../house/index.ts';
import type { Position } from '../field.ts';
import { Game, type Moment, type Place } from '../game.ts';

/** A game that nobody pauses ends after so many generations. */
const GENERATIONS_MAX = 1_000_000;
/** Generations of one run: few enough for its deadline in a tab that nobody looks at, where timers come once a second. */
const LEG = 200;

/** What the latest loss was, and when. */
export interface Loss {
  readonly failure: FabricFailure;
  readonly generation: number;
}

/** Plays one board at a calm pace, from a start to a pause and on. */
export class Player implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #stage: () => ViewStage;
  readonly #show: (moment: Position & { readonly places: readonly Place[] }) => void;
  #state: 'resting' | 'beginning' | 'playing' | 'pausing' = 'resting';
  #wake: (() => void) | undefined;
  position: Position | undefined;
  places: readonly Place[] = [];
  perSecond = 10;
  loss: Loss | undefined;
  failure: FabricFailure | undefined;
  /** Cells in the order in which they first had a band. */
  readonly #seen: CellId[] = [];

  constructor(
    host: ReactiveControllerHost,
    stage: () => ViewStage,
    show: (moment: Position & { readonly places: readonly Place[] }) => void,
  ) {
    this.#host = host;
    this.#stage = stage;
    this.#show = show;
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.pause();
  }

  get state(): 'resting' | 'beginning' | 'playing' | 'pausing' {
    return this.#state;
  }

  /** Whose band it is, as a number that stays the cell's. */
  numberOf(cell: CellId): number {
    if (!this.#seen.includes(cell)) this.#seen.push(cell);
    return this.#seen.indexOf(cell);
  }

  /** Puts another board on, at generation 0. */
  put(position: Position): void {
    this.position = position;
    this.places = [];
    this.loss = undefined;
    this.failure = undefined;
    this.#show({ ...position, places: [] });
    this.#host.requestUpdate();
  }

  async play(): Promise<void> {
    const { position } = this;
    if (!position || this.#state !== 'resting') return;
    this.failure = undefined;
    this.#become('beginning');
    try {
      const until = position.generation + GENERATIONS_MAX;
      const game = new Game(this.#stage());
      for await (const moment of game.play({ start: position, until, stride: 1, leg: LEG })) {
        const shownAtMs = performance.now();
        this.#see(moment);
        if (this.#isPausing()) break;
        await this.#rest(shownAtMs + 1_000 / this.perSecond);
        if (this.#isPausing()) break;
      }
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
    this.#become('resting');
  }

  pause(): void {
    if (this.#state === 'resting') return;
    this.#become('pausing');
    this.#wake?.();
  }

  #isPausing(): boolean {
    return this.#state === 'pausing';
  }

  #see(moment: Moment): void {
    const { generation, board, places, loss } = moment;
    this.position = { generation, board };
    this.places = places;
    if (loss) this.loss = { failure: loss.toFailure(), generation };
    this.#show(moment);
    if (this.#state === 'beginning') this.#state = 'playing';
    this.#host.requestUpdate();
  }

  /** Until the time has come, or somebody cares sooner. */
  async #rest(untilMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, untilMs - performance.now()));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }

  #become(state: 'resting' | 'beginning' | 'playing' | 'pausing'): void {
    this.#state = state;
    this.#host.requestUpdate();
  }
}
