import { freshId, isRunId } from '../../core/index.ts';
import type { FabricSnapshot, RunRequest } from '../../sdk/index.ts';
import type { MemoryRules } from '../check/index.ts';
import { LeaseLife } from './lease-life.ts';
import { MemoryLife } from '../memory/index.ts';
import { moduleOf, type SimTasklet } from '../ports/index.ts';
import type { Prng } from '../prng.ts';
import type { SimTab } from '../tab.ts';

const MIB = 1024 * 1024;
/** A person at a tab does something about this often. */
const ACT_MS_MEAN = 1_400;
/** Tasklets that everybody knows, so that modules are cached and fetched. */
const KNOWN: readonly SimTasklet[] = [
  { durationMs: 4, fuel: 900, ending: 'succeed', outputBytes: 40 },
  { durationMs: 120, fuel: 20_000, ending: 'succeed', outputBytes: 300 },
  { durationMs: 900, fuel: 90_000, ending: 'succeed', outputBytes: 2_000 },
  { durationMs: 30, fuel: 600_000, ending: 'succeed', outputBytes: 8 },
  { durationMs: 40, fuel: 700, ending: 'error', outputBytes: 0 },
  { durationMs: 15, fuel: 80, ending: 'trap', outputBytes: 0 },
  { durationMs: 1, fuel: 1, ending: 'hang', outputBytes: 0 },
];
/** Past what travels inline, so that it is fetched over the data channel. */
const LARGE_BYTES = 40_000;

/** What the people at the tabs do, drawn from the seed: submit, cancel, give leases back, rename. */
export class Workload {
  readonly #prng: Prng;
  readonly #leases: LeaseLife;
  readonly #memory: MemoryLife;
  isOver = false;

  /** `tabs` are those that are open: people hand LeaseRefs to one another. */
  constructor(prng: Prng, tabs: () => readonly SimTab[], rules: MemoryRules) {
    this.#prng = prng;
    this.#leases = new LeaseLife(prng.split('leases'), tabs);
    this.#memory = new MemoryLife(prng.split('memory'), tabs, rules);
  }

  /** When somebody at a tab next does something. */
  pauseMs(): number {
    return 20 + this.#prng.exponential(ACT_MS_MEAN);
  }

  /** Nobody does anything any more but give back what they hold. */
  goHome(tab: SimTab): void {
    this.isOver = true;
    if (tab.isReady) this.#leases.goHome(tab);
  }

  /** Does something at this tab; answers it in words. */
  act(tab: SimTab): string {
    if (!tab.isReady || this.isOver) return 'waits';
    const draw = this.#prng.unit();
    if (draw < 0.08) return this.#cancel(tab);
    if (draw < 0.12) return this.#giveBack(tab);
    if (draw < 0.3) return this.#leases.act(tab);
    if (draw < 0.48) return this.#memory.act(tab);
    if (draw < 0.5) {
      tab.host.rename(`${tab.name} ${this.#prng.below(100)}`);
      return 'renames itself';
    }
    const isBurst = this.#prng.chance(0.06);
    for (let count = isBurst ? 6 : 1; count > 0; count--) this.#submit(tab);
    return isBurst ? 'submits a burst' : 'submits';
  }

  #submit(tab: SimTab): void {
    const runId = freshId(this.#prng, isRunId);
    tab.submit(runId, this.#request(tab.host.snapshot()));
  }

  #request(snapshot: FabricSnapshot): RunRequest {
    const prng = this.#prng;
    const isLarge = prng.chance(0.04);
    const tasklet = prng.pick(KNOWN) ?? { durationMs: 1, fuel: 1, ending: 'succeed', outputBytes: 1 };
    const wish = isLarge ? { ...tasklet, outputBytes: LARGE_BYTES } : tasklet;
    const target = prng.pick(snapshot.cells)?.id;
    const draw = prng.unit();
    return {
      program: 'sim',
      tasklet: wish.ending,
      module: prng.chance(0.02) ? prng.bytes(20) : moduleOf(wish, isLarge ? LARGE_BYTES : 0),
      input: prng.bytes(isLarge && prng.chance(0.5) ? LARGE_BYTES : prng.below(200)),
      ...(draw < 0.5 ? {} : { on: draw < 0.75 ? 'other' : (target ?? 'any') }),
      memoryBytes: prng.below(12) === 0 ? 96 * MIB : (1 + prng.below(12)) * MIB,
      deadlineMs: Math.round(prng.between(100, prng.chance(0.2) ? 8_000 : 2_500)),
    };
  }

  #cancel(tab: SimTab): string {
    const { runs, self } = tab.host.snapshot();
    const own = runs.filter(({ submitter, status }) => submitter === self && UNDER_WAY.has(status));
    const run = this.#prng.pick(own);
    if (!run) return 'has nothing to cancel';
    tab.host.cancel(run.runId);
    return `cancels ${run.runId.slice(0, 8)}`;
  }

  #giveBack(tab: SimTab): string {
    const { leases, self } = tab.host.snapshot();
    const lease = this.#prng.pick(leases.filter(({ holder, state }) => holder === self && state === 'active'));
    if (!lease) return 'has nothing to give back';
    void tab.host.leases.free(lease.leaseId);
    return `gives ${lease.leaseId.slice(0, 8)} back`;
  }
}

const UNDER_WAY: ReadonlySet<string> = new Set(['queued', 'placed', 'admitted', 'running']);
