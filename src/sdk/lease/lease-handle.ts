/// <reference lib="esnext.disposable" />
import { FabricError, type CellId, type FabricFailure, type LeaseId, type Result } from '../../core/index.ts';
import type { Region, Thread } from '../../memory/index.ts';
import type { LeaseKind, LeaseView } from '../snapshot.ts';
import { isLeaseEnd, type LeaseEnd, type LeaseEvent, type LeaseEvents } from './lease-event.ts';
import type { LeasePort, RefOrder } from './lease-port.ts';

/** A lease this cell holds. After its end every operation rejects with the code of that end. */
export interface LeaseHandle extends AsyncDisposable {
  readonly leaseId: LeaseId;
  readonly kind: LeaseKind;
  readonly lessor: CellId;
  readonly quantity: number;
  readonly generation: number;
  /** Resolves with how it ended: `LeaseExpired`, `LeaseRevoked` or `LeaseFreed`. */
  readonly ended: Promise<LeaseEnd>;
  /** What happens to it from now on, its end last. */
  events(): AsyncIterable<LeaseEvent>;
  /** Extends it from now on, for `ttlMs` or as long as it was taken for. LeaseRefs of before are void after that. */
  renew(ttlMs?: number): Promise<void>;
  /** A LeaseRef by which others open it, good until its next renewal. */
  ref(order?: RefOrder): Promise<string>;
  /** Answers a `LeaseWarned`: the work is saved. Ends the lease at once. */
  checkpointed(): Promise<void>;
  /** The bytes of a `mem` lease, wherever they are; rejects with `invalid_argument` for another kind. Good until its end. */
  region(): Promise<Region>;
  /** Gives it back; one that was opened by a LeaseRef is closed and lives on. Harmless when it has ended. */
  free(): Promise<void>;
}

/** The value of a result, or its refusal as the error that a program author sees. */
export function valueOrThrow<T>(result: Result<T, FabricFailure>): T {
  if (!result.ok) throw new FabricError(result.error);
  return result.value;
}

export class HeldLeaseHandle implements LeaseHandle {
  readonly leaseId: LeaseId;
  readonly kind: LeaseKind;
  readonly lessor: CellId;
  readonly quantity: number;
  readonly ended: Promise<LeaseEnd>;
  readonly #port: LeasePort;
  readonly #events: LeaseEvents;
  readonly #thread: Thread | undefined;
  #generation: number;
  #region: Promise<Region> | undefined;

  /** `thread` is what this one brings to bytes that it shares. */
  constructor(port: LeasePort, events: LeaseEvents, view: LeaseView, thread?: Thread) {
    this.#port = port;
    this.#thread = thread;
    this.#events = events;
    this.leaseId = view.leaseId;
    this.kind = view.kind;
    this.lessor = view.lessor;
    this.quantity = view.quantity;
    this.#generation = view.generation;
    this.ended = new Promise((resolve) => {
      // News travels apart from answers, and may have come before this handle was made.
      const end = events.endOf(view.leaseId);
      if (end) return resolve(end);
      const stop = events.listen((event) => {
        if (!this.#isMine(event)) return;
        if (event.type === 'LeaseRenewed') this.#generation = event.generation;
        if (!isLeaseEnd(event)) return;
        stop();
        resolve(event);
      });
    });
  }

  get generation(): number {
    return this.#generation;
  }

  events(): AsyncIterable<LeaseEvent> {
    return this.#events.read((event) => this.#isMine(event), isLeaseEnd);
  }

  async renew(ttlMs?: number): Promise<void> {
    this.#generation = valueOrThrow(await this.#port.renewLease(this.leaseId, ttlMs)).generation;
  }

  async ref(order?: RefOrder): Promise<string> {
    return valueOrThrow(await this.#port.leaseRef(this.leaseId, order));
  }

  async checkpointed(): Promise<void> {
    valueOrThrow(await this.#port.leaseCheckpointed(this.leaseId));
  }

  region(): Promise<Region> {
    if (this.kind !== 'mem') {
      const message = `a lease of kind ${this.kind} has no bytes; take one with fabric.lease.mem()`;
      return Promise.reject(new FabricError({ code: 'invalid_argument', message }));
    }
    if (this.#region) return this.#region;
    const region = this.#opened();
    this.#region = region;
    region.catch(() => {
      this.#region = undefined;
    });
    return region;
  }

  free(): Promise<void> {
    return this.#port.freeLease(this.leaseId);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.free();
  }

  async #opened(): Promise<Region> {
    const [{ openedRegion }, opened] = await Promise.all([
      import('./open-region.ts'),
      this.#port.openRegion(this.leaseId),
    ]);
    const door = valueOrThrow(opened);
    return openedRegion(door, this.#thread);
  }

  #isMine(event: LeaseEvent): boolean {
    return event.leaseId === this.leaseId && event.side === 'holder';
  }
}
