import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { FabricFailure, GraphProgress, NodeOutcome, Program } from '../../sdk/index.ts';
import type { AppDoors } from '../doors.ts';
import { failureOf } from '../words/index.ts';

/** How far a program is that runs as a whole, or what it came to. */
export type GraphState =
  | { readonly kind: 'running'; readonly progress?: GraphProgress }
  | { readonly kind: 'ended'; readonly progress?: GraphProgress; readonly outcomes: readonly NodeOutcome[] }
  | { readonly kind: 'failed'; readonly progress?: GraphProgress; readonly failure: FabricFailure };

/** Runs programs as a whole for the page, one run of each at a time, and remembers what the latest came to. */
export class GraphDesk implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #states = new Map<string, GraphState>();
  readonly #stops = new Map<string, AbortController>();

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    for (const stop of this.#stops.values()) stop.abort();
  }

  state(key: string): GraphState | undefined {
    return this.#states.get(key);
  }

  async run(doors: AppDoors, key: string, program: Program): Promise<void> {
    if (this.#stops.has(key)) return;
    const stop = new AbortController();
    this.#stops.set(key, stop);
    let latest: { readonly progress?: GraphProgress } = {};
    this.#become(key, { kind: 'running' });
    const progress = (seen: GraphProgress): void => {
      latest = { progress: seen };
      this.#become(key, { kind: 'running', ...latest });
    };
    try {
      const outcomes = await doors.runProgram(program, { progress, signal: stop.signal });
      this.#become(key, { kind: 'ended', outcomes, ...latest });
    } catch (thrown) {
      this.#become(key, { kind: 'failed', failure: failureOf(thrown), ...latest });
    } finally {
      this.#stops.delete(key);
    }
  }

  cancel(key: string): void {
    this.#stops.get(key)?.abort();
  }

  /** Cancels the run of a program that is no more, and forgets what it came to. */
  forget(key: string): void {
    this.cancel(key);
    this.#states.delete(key);
  }

  #become(key: string, state: GraphState): void {
    this.#states.set(key, state);
    this.#host.requestUpdate();
  }
}
