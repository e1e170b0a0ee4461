import type { Prng } from '../prng.ts';
import type { SimEvent } from '../time/index.ts';
import { FAULT_KINDS, noFaultsYet, type FaultCounts, type FaultKind, type FaultModel } from './fault-model.ts';
import type { Fault, FaultWorld, Undo } from './fault-world.ts';
import * as network from './network-faults.ts';
import * as tabs from './tab-faults.ts';

/** A thawed tab is one that was frozen: nothing draws it by itself. */
const FAULTS: Readonly<Record<Exclude<FaultKind, 'tabThawed'>, Fault>> = { ...tabs, ...network };
/** Counted by the network, when a frame is really hit. */
const COUNTED_LATER = new Set<FaultKind>(['frameDuplicated', 'frameReordered']);
/** How many steps later a kind that found nothing to do tries again. */
const RETRY_STEPS = 25;
/** A seed draws each kind with this chance, and then twice as often: some kinds only show where others are absent. */
const DRAWN = 0.5;

/** Injects the faults of a seed, step by step, and undoes them all when the world heals. */
export class Injector {
  readonly counts: FaultCounts = noFaultsYet();
  readonly #world: FaultWorld;
  readonly #prng: Prng;
  readonly #nextAt = new Map<Exclude<FaultKind, 'tabThawed'>, number>();
  readonly #stepsBetween = new Map<FaultKind, number>();
  readonly #undos = new Map<SimEvent, () => void>();

  constructor(model: FaultModel, prng: Prng, world: Omit<FaultWorld, 'injected'>, firstStep: number) {
    this.#prng = prng;
    this.#world = { ...world, injected: (kind) => this.injected(kind) };
    for (const kind of FAULT_KINDS) {
      if (kind === 'tabThawed' || model[kind] <= 0 || !prng.chance(DRAWN)) continue;
      this.#stepsBetween.set(kind, 1_000 / (model[kind] / DRAWN));
      this.#nextAt.set(kind, firstStep + this.#pauseOf(kind));
    }
  }

  injected(kind: FaultKind): void {
    this.counts[kind]++;
  }

  /** Does what is due at this step; answers it in words. */
  at(step: number): readonly string[] {
    const done: string[] = [];
    for (const [kind, due] of this.#nextAt) {
      if (step < due) continue;
      const text = FAULTS[kind](this.#world, this.#prng, this.#undo);
      this.#nextAt.set(kind, step + (text === undefined ? RETRY_STEPS : this.#pauseOf(kind)));
      if (text === undefined) continue;
      if (!COUNTED_LATER.has(kind)) this.injected(kind);
      done.push(`${kind} ${text}`);
    }
    return done;
  }

  /** Ends whatever is still going on. */
  heal(): void {
    this.#nextAt.clear();
    for (const [event, action] of [...this.#undos]) {
      event.isCancelled = true;
      action();
    }
  }

  readonly #undo: Undo = (afterMs, text, action) => {
    const once = (): void => {
      this.#undos.delete(event);
      action();
    };
    const event = this.#world.queue.after(afterMs, 'fault', undefined, text, once);
    this.#undos.set(event, once);
  };

  #pauseOf(kind: FaultKind): number {
    return this.#prng.exponential(this.#stepsBetween.get(kind) ?? Infinity);
  }
}
