import { formatLeaseUrl, type Fabric, type LeaseHandle, type LeaseView, type SharedLease } from '../../sdk/index.ts';
import type { Notice } from '../watch/index.ts';
import { failureOf, quantityText } from '../words/index.ts';
import type { LeaseAsk } from './take-lease.ts';

/** A LeaseRef made for somebody: the text itself, and a link that joins the fabric and opens it. */
export interface SharedRef extends SharedLease {
  readonly url: string;
}

export interface LeaseDeskDoors {
  readonly fabric: () => Fabric;
  readonly tell: (notice: Notice) => void;
  readonly show: (shared: SharedRef) => void;
}

/** Does what people ask of leases, and says what came of it where the page would not show it by itself. */
export class LeaseDesk {
  readonly #doors: LeaseDeskDoors;

  constructor(doors: LeaseDeskDoors) {
    this.#doors = doors;
  }

  take({ kind, quantity, ttlMs, isKeptAlive, on }: LeaseAsk): Promise<boolean> {
    return this.#attempt('No lease was granted', async () => {
      const { lease } = this.#doors.fabric();
      const builder = (kind === 'cpu' ? lease.cpu({ slots: quantity }) : lease.mem({ bytes: quantity }))
        .ttl(ttlMs)
        .on(on);
      await (isKeptAlive ? builder.keepAlive() : builder).acquire();
    });
  }

  /** Opens a lease by its LeaseRef, or by a link that carries one. */
  open(text: string): Promise<boolean> {
    return this.#attempt('The lease was not opened', () => this.#doors.fabric().openLease(text));
  }

  renew(lease: LeaseView): void {
    void this.#attempt('The lease was not renewed', () => this.#held(lease)?.renew());
  }

  share(lease: LeaseView): void {
    void this.#attempt('The lease was not shared', async () => {
      const ref = await this.#held(lease)?.ref();
      if (ref !== undefined) this.show({ title: quantityText(lease.kind, lease.quantity), ref });
    });
  }

  /** Offers a LeaseRef to others. */
  show({ title, ref }: SharedLease): void {
    this.#doors.show({ title, ref, url: formatLeaseUrl(this.#doors.fabric().snapshot().fabric.joinUrl, ref) });
  }

  checkpointed(lease: LeaseView): void {
    void this.#attempt('The lessor was not told', () => this.#held(lease)?.checkpointed());
  }

  free({ leaseId }: LeaseView): void {
    void this.#attempt('The lease was not freed', () => this.#doors.fabric().freeLease(leaseId));
  }

  revoke({ leaseId }: LeaseView, graceMs: number): void {
    void this.#attempt('The lease was not taken back', async () => {
      const result = await this.#doors.fabric().revokeLease(leaseId, { graceMs });
      if (result === 'fenced')
        this.#tellBad('The lease is taken back, but its teardown was not confirmed: it is fenced');
    });
  }

  unfence({ leaseId }: LeaseView): void {
    void this.#attempt('The fence was not taken down', () => this.#doors.fabric().unfenceLease(leaseId));
  }

  #held({ leaseId }: LeaseView): LeaseHandle | undefined {
    return this.#doors.fabric().heldLease(leaseId);
  }

  async #attempt(what: string, act: () => Promise<unknown> | undefined): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (thrown) {
      const { message, recovery } = failureOf(thrown);
      this.#tellBad(`${what}: ${message}. ${recovery}`);
      return false;
    }
  }

  #tellBad(text: string): void {
    this.#doors.tell({ tone: 'bad', text });
  }
}
