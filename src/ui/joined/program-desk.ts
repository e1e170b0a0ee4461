import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { FabricSnapshot, RunId, ViewStage } from '../../sdk/index.ts';
import type { AppDoors, ProgramView } from '../doors.ts';
import type { DemoState } from '../programs/index.ts';
import { failureOf, isEnded } from '../words/index.ts';

/** What programs bring besides tasklets: has their demos shown, follows the runs that these make, and keeps their views. */
export class ProgramDesk implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #views = new Map<string, Promise<ProgramView>>();
  readonly #states = new Map<string, DemoState>();
  /** Runs of a program that were there before its demo began. */
  readonly #earlier = new Map<string, ReadonlySet<RunId>>();

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.requestUpdate();
  }

  /** By program name: where each demo that was asked for stands at `snapshot`. */
  states({ runs, self }: FabricSnapshot): ReadonlyMap<string, DemoState> {
    const states = new Map(this.#states);
    for (const [name, state] of states) {
      if (state.kind !== 'playing') continue;
      const earlier = this.#earlier.get(name);
      const own = runs.filter(
        (run) => run.program === name && run.submitter === self && earlier?.has(run.runId) !== true,
      );
      states.set(name, { ...state, runs: own.length, ended: own.filter(({ status }) => isEnded(status)).length });
    }
    return states;
  }

  async show(doors: AppDoors, program: string, { runs }: FabricSnapshot): Promise<void> {
    this.#earlier.set(program, new Set(runs.map(({ runId }) => runId)));
    this.#become(program, { kind: 'playing', runs: 0, ended: 0 });
    try {
      this.#become(program, { kind: 'shown', outcome: await doors.showDemo(program) });
    } catch (thrown) {
      this.#become(program, { kind: 'failed', failure: failureOf(thrown) });
    }
  }

  /** The view of a program. It stays as it was left, so it is made once; one that failed may be tried again. */
  async view(doors: AppDoors, program: string, stage: Omit<ViewStage, 'program' | 'fetchBytes'>): Promise<ProgramView> {
    const opening = this.#views.get(program) ?? doors.programView(program, stage);
    this.#views.set(program, opening);
    try {
      return await opening;
    } catch (thrown) {
      this.#views.delete(program);
      throw thrown;
    }
  }

  #become(program: string, state: DemoState): void {
    this.#states.set(program, state);
    this.#host.requestUpdate();
  }
}
