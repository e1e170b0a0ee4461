import { freshId, isRunId, type CellId } from '../../core/index.ts';
import type { CellView } from '../../sdk/index.ts';
import { Checker, Violations } from '../check/index.ts';
import { moduleOf } from '../ports/index.ts';
import { Prng } from '../prng.ts';
import type { SimTab } from '../tab.ts';
import { settle } from '../time/index.ts';
import { Trace } from '../trace.ts';
import { World } from '../world.ts';

export interface DetourOptions {
  readonly seed: number;
  /** Three at least: the two and a carrier; a second carrier takes over when there are four. */
  readonly cells: number;
}

export interface DetourReport {
  readonly scenario: 'relay';
  readonly seed: number;
  readonly cells: number;
  /** From the arrival of the last until the two are linked through another. */
  readonly relayedAfterMs: number;
  /** From the death of the carrier until another one carries the link. */
  readonly takenOverAfterMs: number;
  /** From the moment when a direct way is there until the link goes over it. */
  readonly directAfterMs: number;
  /** Runs from one of the two on the other, by what carried the link while they were submitted. */
  readonly runs: Readonly<Record<'relayed' | 'whileCarrierDies' | 'moving', DetourRuns>>;
  /** Link ends that either of the two saw of the other, besides the death of the carrier. */
  readonly interruptions: number;
  readonly simulatedMs: number;
  readonly violations: readonly string[];
}

export interface DetourRuns {
  readonly submitted: number;
  readonly succeeded: number;
}

type Stage = keyof DetourReport['runs'];

const ARRIVAL_MS = 500;
const WAIT_MS_MAX = 60_000;
const DIRECT_MS_MAX = 400_000;
const RUN_EVERY_MS = 300;
const STAGE_MS = 4_000;
const LOOK_EVERY_MS = 50;

/** Opens cells of which the first two are walled off from each other, and lets one run tasklets on the other. */
export function simulateDetour(options: DetourOptions): Promise<DetourReport> {
  return new DetourSimulation(options).run();
}

class DetourSimulation {
  readonly #options: DetourOptions;
  readonly #prng: Prng;
  readonly #violations = new Violations(() => ({ step: this.#step, atMs: this.#world.queue.nowMs }));
  readonly #world: World;
  readonly #checker: Checker;
  readonly #submitted: Record<Stage, number> = { relayed: 0, whileCarrierDies: 0, moving: 0 };
  readonly #succeeded: Record<Stage, number> = { relayed: 0, whileCarrierDies: 0, moving: 0 };
  #stage: Stage | undefined;
  #step = 0;

  constructor(options: DetourOptions) {
    this.#options = options;
    this.#prng = new Prng(`detour ${options.seed}`);
    this.#checker = new Checker(this.#violations, () => undefined);
    this.#world = new World({
      prng: this.#prng,
      cells: options.cells,
      isGoverned: options.seed % 2 === 0,
      trace: new Trace(false),
      watch: this.#checker,
      injected: () => undefined,
    });
  }

  async run(): Promise<DetourReport> {
    const { seed, cells } = this.#options;
    const unwall = this.#world.network.wall(this.#nameOf(0), this.#nameOf(1));
    for (const profile of this.#world.profiles) this.#world.openLater(profile, this.#prng.between(0, ARRIVAL_MS));
    await this.#pass(ARRIVAL_MS);
    const relayedAfterMs = await this.#until('the two are linked through another', WAIT_MS_MAX, () =>
      this.#isRelayed(),
    );
    const endsBefore = this.#ends();
    await this.#runFor('relayed');
    const quietEnds = this.#ends() - endsBefore;
    const takenOverAfterMs = await this.#loseCarrier();
    unwall();
    const endsAfter = this.#ends();
    this.#stage = 'moving';
    this.#submitEvery();
    const directAfterMs = await this.#until('the link goes direct', DIRECT_MS_MAX, () => this.#isDirect());
    await this.#runFor('moving');
    await this.#pass(10_000);
    this.#judge();
    return {
      ...{ scenario: 'relay', seed, cells, relayedAfterMs, takenOverAfterMs, directAfterMs },
      runs: {
        relayed: this.#runs('relayed'),
        whileCarrierDies: this.#runs('whileCarrierDies'),
        moving: this.#runs('moving'),
      },
      interruptions: quietEnds + this.#ends() - endsAfter,
      simulatedMs: Math.round(this.#world.queue.nowMs),
      violations: this.#violations.list().map(({ rule, text }) => `${rule}: ${text}`),
    };
  }

  /** The carrier's tab dies without a word; another carries the link then. */
  async #loseCarrier(): Promise<number> {
    const via = this.#linkedView(0, 1)?.link?.via;
    const carrier = this.#world.tabs().find(({ host }) => host.self === via);
    this.#stage = 'whileCarrierDies';
    this.#submitEvery();
    carrier?.vanish();
    const takenOver = (): boolean => this.#isRelayed() && this.#linkedView(0, 1)?.link?.via !== via;
    const takenOverAfterMs =
      this.#options.cells < 4 ? 0 : await this.#until('another carries the link', WAIT_MS_MAX, takenOver);
    await this.#runFor('whileCarrierDies');
    return takenOverAfterMs;
  }

  async #runFor(stage: Stage): Promise<void> {
    if (this.#stage !== stage) {
      this.#stage = stage;
      this.#submitEvery();
    }
    await this.#pass(STAGE_MS);
    this.#stage = undefined;
    // Also what was taken for runs that were lost, which is kept until its time is over.
    const isQuiet = (): boolean =>
      this.#checker.runs.answered === this.#checker.runs.submitted &&
      this.#world.tabs().every(({ host }) => host.snapshot().leases.every(({ state }) => state !== 'active'));
    await this.#until('all runs and leases have ended', WAIT_MS_MAX, isQuiet);
  }

  /** While this stage lasts: a run from the one on the other, and so on. */
  #submitEvery(): void {
    const stage = this.#stage;
    const again = (): void => {
      if (stage === undefined || this.#stage !== stage) return;
      this.#submit(stage);
      this.#world.queue.after(RUN_EVERY_MS, 'act', undefined, 'a run', again);
    };
    again();
  }

  #submit(stage: Stage): void {
    const [from, to] = [this.#tab(0), this.#tab(1)];
    if (!from || !to || this.#linkedView(0, 1)?.link === undefined) return;
    const runId = freshId(this.#prng, isRunId);
    const module = moduleOf({ durationMs: 20, fuel: 900, ending: 'succeed', outputBytes: 300 }, 0);
    this.#submitted[stage]++;
    const request = { program: 'sim', tasklet: 'succeed', module, input: this.#prng.bytes(100), deadlineMs: 8_000 };
    this.#checker.submitted(from, runId);
    void from.host.submit(runId, { ...request, on: to.host.self }).then((result) => {
      this.#checker.answered(from, runId, result);
      if (result.ok && result.value.response.status === 'succeeded') this.#succeeded[stage]++;
    });
  }

  #judge(): void {
    for (const stage of ['relayed', 'moving'] as const) {
      const { submitted, succeeded } = this.#runs(stage);
      if (succeeded < submitted)
        this.#violations.add('runs do not notice the way', `${stage}: ${succeeded} of ${submitted}`);
    }
    for (const text of this.#checker.unfinished(this.#world.tabs())) this.#violations.add('everything ends', text);
    this.#checker.conclude();
  }

  #runs(stage: Stage): DetourRuns {
    return { submitted: this.#submitted[stage], succeeded: this.#succeeded[stage] };
  }

  /** How often either of the two has seen the other leave. */
  #ends(): number {
    return [0, 1].reduce((sum, at) => {
      const events = this.#tab(at)?.host.snapshot().events ?? [];
      const other = this.#nameOf(1 - at);
      return sum + events.filter(({ kind, text }) => kind === 'cell.left' && text.startsWith(other)).length;
    }, 0);
  }

  #isRelayed(): boolean {
    return [this.#linkedView(0, 1), this.#linkedView(1, 0)].every((view) => view?.link?.path === 'relayed');
  }

  #isDirect(): boolean {
    return [this.#linkedView(0, 1), this.#linkedView(1, 0)].every((view) => view?.link?.path === 'direct');
  }

  #linkedView(at: number, of: number): CellView | undefined {
    const other: CellId | undefined = this.#tab(of)?.host.self;
    return this.#tab(at)
      ?.host.snapshot()
      .cells.find(({ id }) => id === other);
  }

  #tab(at: number): SimTab | undefined {
    return this.#world.profiles[at]?.tab;
  }

  #nameOf(at: number): string {
    return this.#world.profiles[at]?.name ?? '';
  }

  async #until(what: string, limitMs: number, isSo: () => boolean): Promise<number> {
    const fromMs = this.#world.queue.nowMs;
    while (!isSo() && this.#world.queue.nowMs - fromMs < limitMs) await this.#pass(LOOK_EVERY_MS);
    if (!isSo()) this.#violations.add('a way is found', `not within ${limitMs} ms: ${what}`);
    return Math.round(this.#world.queue.nowMs - fromMs);
  }

  async #pass(forMs: number): Promise<void> {
    const { queue } = this.#world;
    const untilMs = queue.nowMs + forMs;
    // An event of our own, so that time passes even when nothing else happens.
    queue.after(forMs, 'fault', undefined, 'now', () => undefined);
    while ((queue.nextAtMs() ?? Infinity) <= untilMs) {
      const event = queue.take();
      if (!event || event.isCancelled || event.place?.state === 'gone') continue;
      event.action();
      await settle();
      this.#step++;
      this.#checker.stepped(this.#world.tabAt(event.place));
    }
  }
}
