import { Checker, Violations, type Violation } from './check/index.ts';
import { DEFAULT_FAULTS, Injector, isSteady, type FaultCounts, type FaultModel } from './faults/index.ts';
import { Governance, Workload } from './people/index.ts';
import { Prng } from './prng.ts';
import { Attacks, Rogue } from './rogue/index.ts';
import type { SimTab } from './tab.ts';
import { settle, type SimEvent } from './time/index.ts';
import { Trace } from './trace.ts';
import { World } from './world.ts';

export interface SimOptions {
  readonly seed: number;
  readonly cells: number;
  /** Events with faults; healing takes more. */
  readonly steps: number;
  readonly faults?: FaultModel;
  /** Keeps every line of the trace, not only the last ones. */
  readonly isTraced?: boolean;
}

/** What became of one seed. */
export interface SimReport {
  readonly seed: number;
  readonly steps: number;
  readonly healSteps: number;
  readonly simulatedMs: number;
  readonly runs: number;
  /** Operations on regions: done, and refused. */
  readonly memory: { readonly done: number; readonly refused: number };
  readonly digest: string;
  readonly faultsInjected: FaultCounts;
  readonly violationCount: number;
  readonly violations: readonly Violation[];
  readonly trace: readonly string[];
}

/** Cells open their tabs within this time. */
const ARRIVAL_MS_MAX = 1_500;
/** Faults begin when the fabric stands. */
const FIRST_FAULT_STEP = 300;
/**
 * From the end of the last fault until everything has to be whole: the longest lease and its teardown, a run's own
 * deadline and its word, and the longest pause between two dials, one after the other.
 */
const HEAL_MS_MAX = 60_000;
const LOOK_EVERY_MS = 250;
/** What happens at one instant, at most: all that waited for a thawed tab. */
const EVENTS_AT_ONCE_MAX = 50_000;
/** The rogue tries something about this often. */
const ROGUE_MS_MEAN = 120;
/** So many of the seeds have a fabric with a steward. */
const GOVERNED = 0.5;
/** Steps that change nothing a checker looks at. */
const HOUSEKEEPING = /^(?:cell\.|hello)/;

/** Runs one seed: faults and safety first, then healing and liveness. */
export async function simulate(options: SimOptions): Promise<SimReport> {
  return new Simulation(options).run();
}

class Simulation {
  readonly #options: SimOptions;
  readonly #trace: Trace;
  readonly #world: World;
  readonly #checker: Checker;
  readonly #violations: Violations;
  readonly #injector: Injector;
  readonly #workload: Workload;
  readonly #governance: Governance;
  readonly #rogue: Rogue;
  #step = 0;
  #eventsAtOnce = 0;

  constructor(options: SimOptions) {
    const prng = new Prng(`seed ${options.seed}`);
    this.#options = options;
    this.#trace = new Trace(options.isTraced === true);
    this.#violations = new Violations(() => ({ step: this.#step, atMs: this.#world.queue.nowMs }));
    const faults = options.faults ?? DEFAULT_FAULTS;
    this.#checker = new Checker(this.#violations, (tab) => this.#people(tab), isSteady(faults));
    this.#workload = new Workload(prng.split('workload'), () => this.#world.tabs(), this.#checker.memory);
    this.#governance = new Governance(prng.split('governance'), this.#checker.policy);
    this.#world = new World({
      prng,
      cells: options.cells,
      // Nobody is sent away where nobody is to be missed.
      isGoverned: prng.split('governed').chance(GOVERNED) && !isSteady(faults),
      trace: this.#trace,
      watch: this.#checker,
      injected: (kind) => this.#injector.injected(kind),
    });
    const world = this.#world;
    this.#rogue = this.#letRogueIn(prng.split('rogue'));
    this.#injector = new Injector(
      faults,
      prng.split('faults'),
      {
        queue: world.queue,
        network: world.network,
        hub: world.hub,
        keyring: world.keyring,
        profiles: world.profiles,
        openLater: (profile, delayMs) => world.openLater(profile, delayMs),
      },
      FIRST_FAULT_STEP,
    );
    for (const profile of world.profiles) world.openLater(profile, prng.between(0, ARRIVAL_MS_MAX));
  }

  async run(): Promise<SimReport> {
    while (this.#step < this.#options.steps && this.#moves() && (await this.#next())) {
      for (const text of this.#injector.at(this.#step)) this.#note('fault', text);
    }
    const faultSteps = this.#step;
    await this.#heal();
    this.#checker.conclude();
    return {
      seed: this.#options.seed,
      steps: faultSteps,
      healSteps: this.#step - faultSteps,
      simulatedMs: Math.round(this.#world.queue.nowMs),
      runs: this.#checker.runs.submitted,
      memory: this.#checker.memory.operations,
      digest: this.#trace.digest(),
      faultsInjected: this.#injector.counts,
      violationCount: this.#violations.count,
      violations: this.#violations.list(),
      trace: this.#trace.lines(),
    };
  }

  /** No more faults: whatever is broken is mended by the cells themselves, in bounded time. */
  async #heal(): Promise<void> {
    const { queue, profiles } = this.#world;
    this.#workload.isOver = true;
    this.#rogue.leave();
    this.#injector.heal();
    this.#note('heal', 'no more faults');
    const untilMs = queue.nowMs + HEAL_MS_MAX;
    let missing = this.#missing();
    for (let lookMs = queue.nowMs; missing.length > 0 && lookMs < untilMs && this.#moves(); lookMs += LOOK_EVERY_MS) {
      for (const tab of this.#world.tabs()) {
        this.#workload.goHome(tab);
        this.#governance.goHome(tab);
      }
      for (const profile of profiles) if (!profile.tab) this.#world.openLater(profile, LOOK_EVERY_MS);
      while ((queue.nextAtMs() ?? Infinity) < lookMs && this.#moves()) await this.#next();
      missing = this.#missing();
    }
    for (const text of missing) this.#violations.add('everything ends', text);
  }

  /** False when something happens for ever without time passing. */
  #moves(): boolean {
    return this.#eventsAtOnce < EVENTS_AT_ONCE_MAX;
  }

  #missing(): readonly string[] {
    const { profiles } = this.#world;
    const closed = profiles.filter(({ tab }) => !tab).map(({ name }) => `${name}: is not open`);
    return [...closed, ...this.#checker.unfinished(this.#world.tabs())];
  }

  /** Takes one step; false when nothing is left to happen. */
  async #next(): Promise<boolean> {
    for (;;) {
      const { queue } = this.#world;
      const beforeMs = queue.nowMs;
      const event = queue.take();
      if (!event) return false;
      this.#eventsAtOnce = queue.nowMs > beforeMs ? 0 : this.#eventsAtOnce + 1;
      if (this.#eventsAtOnce === EVENTS_AT_ONCE_MAX)
        this.#violations.add('time goes on', `${event.kind} ${event.text}`);
      if (event.isCancelled || event.place?.state === 'gone') continue;
      if (event.place?.state === 'frozen') event.place.hold(event);
      else if (await this.#happen(event)) return true;
    }
  }

  /** False for an event that only handed a snapshot out: that is no step. */
  async #happen(event: SimEvent): Promise<boolean> {
    const tab = this.#world.tabAt(event.place);
    try {
      event.action();
    } catch (thrown) {
      const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
      this.#violations.add('cells do not throw', `${event.place?.name ?? 'world'}: ${text}`);
    }
    await settle();
    if (tab?.hasPublished === true) {
      tab.hasPublished = false;
      this.#reopen(tab);
      return false;
    }
    this.#step++;
    this.#note(event.kind, event.text, event.place?.name);
    if (event.kind !== 'frame' || !HOUSEKEEPING.test(event.text)) this.#checker.stepped(tab);
    this.#reopen(tab);
    return true;
  }

  /** Somebody whose tab could not join, or was sent away, tries again. */
  #reopen(tab: SimTab | undefined): void {
    if (tab?.state !== 'running' || (tab.joined?.ok !== false && !tab.isOver)) return;
    tab.vanish();
    this.#world.openLater(tab.profile, 1_000);
  }

  #people(tab: SimTab): void {
    this.#sitDown(tab, this.#workload);
    if (tab.stewardKey) this.#sitDown(tab, this.#governance);
  }

  #sitDown(tab: SimTab, person: Workload | Governance): void {
    const { queue } = this.#world;
    const act = (): void => {
      if (this.#workload.isOver) return;
      this.#note('person', person.act(tab), tab.name);
      queue.again(event, person.pauseMs());
    };
    const event = queue.after(person.pauseMs(), 'act', tab, 'a person', act);
  }

  #letRogueIn(prng: Prng): Rogue {
    const { queue } = this.#world;
    const rogue = new Rogue(this.#world.rogueWorld(prng.split('member')));
    const attacks = new Attacks(rogue, queue, prng.split('attacks'), this.#violations);
    const act = (): void => {
      if (this.#workload.isOver) return;
      this.#note('rogue', attacks.act(), rogue.name);
      queue.again(event, prng.exponential(ROGUE_MS_MEAN));
    };
    const event = queue.after(ARRIVAL_MS_MAX, 'act', rogue, 'the rogue', act);
    return rogue;
  }

  #note(kind: string, text: string, place = ''): void {
    this.#trace.add({ step: this.#step, atMs: this.#world.queue.nowMs, place, kind, text });
  }
}
