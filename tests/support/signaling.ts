import { err, failure, LINK_LIMITS, ok, type FabricFailure, type Result, type RunId } from '../../src/core/index.ts';
import type { Introductions, Signaling } from '../../src/membership/index.ts';
import type { MemoryEndpoint } from '../../src/transport/index.ts';
import type { ManualTime } from './time.ts';

const LATENCY_MS = 5;
const DOWN = failure('signaling_unreachable', 'the service is down');

/** A signaling service in memory: who has which name, and what goes wrong there. */
export class SignalingHub {
  /** What everyone who opens or claims is told, while the service is down. */
  down: FabricFailure | undefined;
  /** Names that are taken but whose holder never answers. */
  readonly deaf = new Set<string>();
  readonly dials: { readonly from: string; readonly to: string }[] = [];
  readonly #time: ManualTime;
  readonly #endpoints = new Map<string, MemoryEndpoint>();
  /** Reachable by whoever is told how, whatever the service knows. */
  readonly #all = new Map<string, MemoryEndpoint>();

  constructor(time: ManualTime) {
    this.#time = time;
  }

  /** The door through which the cell at `endpoint` reaches the service. */
  doorOf(peerName: string, endpoint: MemoryEndpoint): Signaling {
    return {
      peerName,
      open: () => this.#later((): Result<void, FabricFailure> => this.#opened(peerName, endpoint)),
      claim: (rendezvousId) => this.#later(() => this.#claimed(rendezvousId, endpoint)),
      release: (rendezvousId) => {
        if (this.#endpoints.get(rendezvousId) === endpoint) this.#endpoints.delete(rendezvousId);
      },
      dial: (name) => this.#dial(peerName, endpoint, name),
      introductions: this.#introductions(peerName, endpoint),
    };
  }

  /** Offers say who dials; whoever gets one lets that endpoint dial it, and says so. */
  #introductions(peerName: string, endpoint: MemoryEndpoint): Introductions {
    const waiting = new Map<RunId, () => void>();
    this.#all.set(peerName, endpoint);
    return {
      dial: (dial, send) =>
        new Promise((resolve) => {
          const late = this.#time.after(LINK_LIMITS.dialDeadlineMs, () =>
            resolve(err(failure('peers_unreachable', 'no answer'))),
          );
          waiting.set(dial, () => {
            late.cancel();
            resolve(ok(undefined));
          });
          send(`offer ${peerName}`);
        }),
      received: (dial, text, reply) => {
        const from = /^offer (.*)$/.exec(text)?.[1];
        if (from === undefined) return waiting.get(dial)?.();
        // Several may carry one offer.
        if (waiting.has(dial)) return;
        waiting.set(dial, () => undefined);
        this.#all.get(from)?.dial(endpoint);
        reply('answer');
      },
    };
  }

  /** Takes a name for a holder that nobody has heard of. */
  occupy(name: string, endpoint: MemoryEndpoint): void {
    this.#endpoints.set(name, endpoint);
  }

  isTaken(name: string): boolean {
    return this.#endpoints.has(name);
  }

  holds(name: string, endpoint: MemoryEndpoint): boolean {
    return this.#endpoints.get(name) === endpoint;
  }

  /** The tab behind `endpoint` is closed: the service forgets its names. */
  gone(endpoint: MemoryEndpoint): void {
    for (const [name, other] of this.#endpoints) if (other === endpoint) this.#endpoints.delete(name);
  }

  #opened(peerName: string, endpoint: MemoryEndpoint): Result<void, FabricFailure> {
    if (this.down) return err(this.down);
    this.#endpoints.set(peerName, endpoint);
    return ok(undefined);
  }

  #claimed(name: string, endpoint: MemoryEndpoint): Result<'claimed' | 'taken', FabricFailure> {
    if (this.down) return err(this.down);
    const holder = this.#endpoints.get(name);
    if (holder && holder !== endpoint) return ok('taken');
    this.#endpoints.set(name, endpoint);
    return ok('claimed');
  }

  async #dial(peerName: string, from: MemoryEndpoint, name: string): Promise<Result<void, FabricFailure>> {
    this.dials.push({ from: peerName, to: name });
    if (this.down) return this.#later(() => err(DOWN));
    const to = this.#endpoints.get(name);
    if (!to || this.deaf.has(name)) {
      return this.#later(() => err(failure('peers_unreachable', 'no answer')), LINK_LIMITS.dialDeadlineMs);
    }
    from.dial(to);
    return this.#later(() => ok(undefined));
  }

  #later<T>(answer: () => T, delayMs = LATENCY_MS): Promise<T> {
    return new Promise((resolve) => {
      this.#time.after(delayMs, () => resolve(answer()));
    });
  }
}
