import { shortId, type CellId, type LeaseId } from '../../../core/index.ts';
import type { SimTab } from '../../tab.ts';
import type { LeaseRules } from './lease-rules.ts';
import type { Violations } from '../violations.ts';

/** Two roundings lie between a lease's deadline and what its lessor shows of it. */
const ROUNDING_MS = 5;

/** What has been added to the counter of one lease, by whoever. */
interface Counter {
  asked: number;
  acknowledged: number;
  readonly before: Set<number>;
}

/** A region as somebody operates on it. */
export interface RegionName {
  readonly leaseId: LeaseId;
  readonly lessor: CellId;
}

/**
 * The rules of leased bytes (DESIGN §6): nothing is done to a region after its lease's end, nothing of one lease is seen in
 * another, and additions add up: each acknowledged one once, one whose answer was lost once at most.
 */
export class MemoryRules {
  readonly #violations: Violations;
  readonly #leases: LeaseRules;
  readonly #counters = new Map<LeaseId, Counter>();
  #operations = 0;
  #refused = 0;

  constructor(violations: Violations, leases: LeaseRules) {
    this.#violations = violations;
    this.#leases = leases;
  }

  /** How many operations on regions were done, and how many were refused. */
  get operations(): { readonly done: number; readonly refused: number } {
    return { done: this.#operations, refused: this.#refused };
  }

  /** Somebody is about to operate on a region of what is in this tab; what this answers is called when it was done. */
  asked(lessor: SimTab | undefined, { leaseId }: RegionName): () => void {
    const over = lessor ? this.#over(lessor, leaseId) : 'its lessor was gone';
    return () => {
      this.#operations++;
      if (over === undefined) return;
      const text = `${lessor?.name ?? '?'}: an operation on lease ${shortId(leaseId)} succeeded: ${over}`;
      this.#violations.add('no bytes after the end', text);
    };
  }

  refused(): void {
    this.#refused++;
  }

  adding({ leaseId }: RegionName): void {
    this.#counter(leaseId).asked++;
  }

  added({ leaseId }: RegionName, before: number): void {
    const counter = this.#counter(leaseId);
    if (counter.before.has(before) || before >= counter.asked) {
      this.#count(leaseId, `an addition of ${counter.asked} found ${before}`);
    }
    counter.before.add(before);
    counter.acknowledged++;
  }

  /** Somebody is about to look at the counter; what this answers is told what was seen. */
  counting({ leaseId }: RegionName): (seen: number) => void {
    const counter = this.#counter(leaseId);
    const { acknowledged } = counter;
    return (seen) => {
      if (seen < acknowledged || seen > counter.asked) {
        this.#count(leaseId, `is ${seen} after ${acknowledged} to ${counter.asked} additions`);
      }
    };
  }

  /** What was read where only `own` bytes are ever written. */
  seen({ leaseId }: RegionName, bytes: Uint8Array, own: Uint8Array): void {
    if (bytes.every((byte, index) => byte === 0 || byte === own[index])) return;
    this.#violations.add('bytes are of one lease', `lease ${shortId(leaseId)} shows bytes that nobody wrote under it`);
  }

  #over(lessor: SimTab, leaseId: LeaseId): string | undefined {
    const lease = this.#leases.granted(lessor, leaseId);
    if (!lease) return undefined;
    if (lease.state !== 'active') return `it was ${lease.state}`;
    const overMs = lessor.clock.nowMs() - lease.expiresAtMs;
    return overMs > ROUNDING_MS ? `${overMs.toFixed(1)} ms after its deadline` : undefined;
  }

  #count(leaseId: LeaseId, text: string): void {
    this.#violations.add('additions add up', `the counter of lease ${shortId(leaseId)}: ${text}`);
  }

  #counter(leaseId: LeaseId): Counter {
    const counter = this.#counters.get(leaseId) ?? { asked: 0, acknowledged: 0, before: new Set() };
    this.#counters.set(leaseId, counter);
    return counter;
  }
}
