import { utf8, type LeaseId } from '../../core/index.ts';
import { openedRegion, type Region } from '../../memory/index.ts';
import type { MemoryRules } from '../check/index.ts';
import type { Prng } from '../prng.ts';
import type { SimTab } from '../tab.ts';

const REGION_BYTES = 2_048;
/** Where the counter is; the marks come after it. */
const COUNTER = 0;
const MARKS = 64;
const MARK_BYTES = 16;
/** LeaseRefs that go round. */
const REFS_KEPT = 12;
const ROUNDS_MAX = 10;
/** Asked without waiting for one another. */
const AT_ONCE_MAX = 8;
/** How often somebody who was refused tries again: the lease may be over, and they do not believe it. */
const REFUSALS_MAX = 3;

/** Takes memory, hands LeaseRefs of it round, and uses what it holds and what it was handed. */
export class MemoryLife {
  readonly #prng: Prng;
  readonly #tabs: () => readonly SimTab[];
  readonly #rules: MemoryRules;
  readonly #refs: string[] = [];
  readonly #regions = new Map<SimTab, Region[]>();

  constructor(prng: Prng, tabs: () => readonly SimTab[], rules: MemoryRules) {
    this.#prng = prng;
    this.#tabs = tabs;
    this.#rules = rules;
  }

  /** Does something at this tab; answers it in words. */
  act(tab: SimTab): string {
    const draw = this.#prng.unit();
    const region = this.#prng.pick(this.#regions.get(tab) ?? []);
    const ref = this.#prng.pick(this.#refs);
    if (region && draw < 0.5) {
      void this.#use(tab, region);
      return `uses the bytes of ${region.leaseId.slice(0, 8)}`;
    }
    if (ref !== undefined && draw < 0.8) {
      void this.#open(tab, ref);
      return 'opens memory by a LeaseRef';
    }
    void this.#take(tab);
    return 'takes memory';
  }

  async #take(tab: SimTab): Promise<void> {
    const prng = this.#prng;
    const { leases } = tab.host;
    const taken = await leases.acquire({
      kind: 'mem',
      quantity: REGION_BYTES,
      ttlMs: Math.round(prng.between(300, 6_000)),
      tier: 'standard',
      isKeptAlive: prng.chance(0.3),
      isKept: false,
      on: prng.chance(0.3) ? 'any' : 'other',
    });
    if (!taken.ok) return;
    const ref = leases.ref(taken.value.leaseId);
    if (ref.ok) this.#refs.push(ref.value);
    this.#refs.splice(0, this.#refs.length - REFS_KEPT);
    await this.#reach(tab, taken.value.leaseId);
  }

  async #open(tab: SimTab, ref: string): Promise<void> {
    const opened = await tab.host.leases.open(ref);
    if (opened.ok) await this.#reach(tab, opened.value.leaseId);
  }

  async #reach(tab: SimTab, leaseId: LeaseId): Promise<void> {
    const regions = this.#regions.get(tab) ?? [];
    this.#regions.set(tab, regions);
    const door = await tab.host.leases.openRegion(leaseId);
    if (!door.ok) return;
    const region = openedRegion(door.value);
    regions.push(region);
    await this.#use(tab, region);
  }

  async #use(tab: SimTab, region: Region): Promise<void> {
    let refusals = 0;
    for (let round = this.#prng.below(ROUNDS_MAX); round >= 0 && refusals < REFUSALS_MAX; round--) {
      if (tab.state !== 'running') return;
      const count = 1 + this.#prng.below(AT_ONCE_MAX);
      const done = await Promise.all(Array.from({ length: count }, () => this.#operate(region)));
      if (done.includes(false)) refusals++;
    }
    if (refusals < REFUSALS_MAX) return;
    const kept = this.#regions.get(tab)?.filter((each) => each !== region) ?? [];
    this.#regions.set(tab, kept);
  }

  /** False when it was refused. */
  async #operate(region: Region): Promise<boolean> {
    const rules = this.#rules;
    const lessor = this.#tabs().find(({ host }) => host.self === region.lessor);
    const done = rules.asked(lessor, region);
    try {
      await this.#one(region);
      done();
      return true;
    } catch {
      rules.refused();
      return false;
    }
  }

  async #one(region: Region): Promise<void> {
    const rules = this.#rules;
    const mark = utf8(region.leaseId).subarray(0, MARK_BYTES);
    const at = MARKS + MARK_BYTES * this.#prng.below((REGION_BYTES - MARKS) / MARK_BYTES);
    switch (this.#prng.below(4)) {
      case 0:
      case 1: {
        rules.adding(region);
        rules.added(region, await region.u32.add(COUNTER, 1));
        return;
      }
      case 2: {
        const counted = rules.counting(region);
        counted(await region.u32.load(COUNTER));
        return;
      }
      default:
        if (this.#prng.chance(0.5)) await region.write(at, mark);
        else rules.seen(region, await region.read(at, MARK_BYTES), mark);
    }
  }
}
