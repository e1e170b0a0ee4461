import type { CellId, FabricFailure, LeaseId, Result } from '../../core/index.ts';
import type { RevokeResult, RevokeState } from '../../lease/index.ts';
import type { PolicyQuota } from '../../steward/index.ts';
import { valueOrThrow } from '../lease/index.ts';

/** The rules that hold in a fabric. */
export interface PolicyView {
  /** Grows with every change. */
  readonly version: number;
  /** What the steward calls the fabric, when not as in its link. */
  readonly name?: string;
  readonly hasLobby: boolean;
  /** What one holder may have of each cell at a time. */
  readonly quota: PolicyQuota;
  /** By kind, the cells that may lend it; all may lend a kind that is not listed. */
  readonly lenders: Readonly<Record<string, readonly CellId[]>>;
  readonly evicted: readonly CellId[];
  /** Why a cell was sent away, where the steward said so. */
  readonly reasons: Readonly<Record<string, string>>;
  /** How many cells the lobby has let in. */
  readonly admitted: number;
}

/** A change of the rules: what it does not say stays. `null` takes a bound away. */
export interface PolicyChange {
  readonly name?: string;
  readonly hasLobby?: boolean;
  readonly leasesMax?: number | null;
  readonly quantityMax?: Readonly<Record<string, number | null>>;
  readonly lenders?: Readonly<Record<string, 'all' | readonly CellId[]>>;
}

/** A lease as its lessor told the steward. */
export interface StewardLease {
  readonly leaseId: LeaseId;
  readonly lessor: CellId;
  readonly holder: CellId;
  readonly kind: string;
  readonly quantity: number;
  readonly ttlMs: number;
  readonly remainingMs: number;
  readonly revokeState: RevokeState;
}

/** Something that other rules come of. */
export type PolicyWish =
  | { readonly what: 'set'; readonly change: PolicyChange }
  | { readonly what: 'admit' | 'readmit'; readonly cell: CellId }
  | { readonly what: 'evict'; readonly cell: CellId; readonly reason?: string };

/** One thing the steward wants done. */
export type StewardWish =
  | PolicyWish
  | { readonly what: 'refuse'; readonly cell: CellId }
  | { readonly what: 'list' }
  | { readonly what: 'revoke'; readonly lessor: CellId; readonly leaseId: LeaseId; readonly graceMs: number }
  | { readonly what: 'unfence'; readonly lessor: CellId; readonly leaseId: LeaseId };

export interface StewardReply {
  readonly policy: PolicyView;
  readonly leases: readonly StewardLease[];
  /** Cells that were asked for their leases and did not answer. */
  readonly silent?: readonly CellId[];
  readonly result?: RevokeResult | 'unfenced';
}

export interface StewardPort {
  steward(wish: StewardWish): Promise<Result<StewardReply, FabricFailure>>;
}

/**
 * What the steward of a fabric may do, from a tab of the profile that holds its key; `not_steward` from any other.
 *
 * ```js
 * await fabric.steward.set({ hasLobby: true, quantityMax: { cpu: 2 } });
 * for (const { cell, code } of fabric.snapshot().steward?.waiting ?? []) await fabric.steward.admit(cell);
 * ```
 */
export class FabricSteward {
  readonly #port: StewardPort;

  constructor(port: StewardPort) {
    this.#port = port;
  }

  /** Signs other rules; every member keeps to them as soon as it hears of them. */
  async set(change: PolicyChange): Promise<PolicyView> {
    return (await this.#ask({ what: 'set', change })).policy;
  }

  /** Lets a cell in that waits in the lobby. */
  async admit(cell: CellId): Promise<PolicyView> {
    return (await this.#ask({ what: 'admit', cell })).policy;
  }

  /** Turns a waiting cell away; after a minute it may wait again. */
  async refuse(cell: CellId): Promise<void> {
    await this.#ask({ what: 'refuse', cell });
  }

  /**
   * Sends a cell away for good: its links and its leases end, and its identity is refused from now on. The reason, one
   * line of up to 120 bytes, is part of the signed rules, and the cell is told.
   */
  async evict(cell: CellId, reason?: string): Promise<PolicyView> {
    return (await this.#ask({ what: 'evict', cell, ...(reason === undefined ? {} : { reason }) })).policy;
  }

  /** Lets a cell that was sent away come back. */
  async readmit(cell: CellId): Promise<PolicyView> {
    return (await this.#ask({ what: 'readmit', cell })).policy;
  }

  /** The leases of every cell that answers, fenced ones too, as their lessors tell them. */
  async leases(): Promise<readonly StewardLease[]> {
    return (await this.survey()).leases;
  }

  /** As {@link leases}, and the cells that did not answer. */
  async survey(): Promise<{ readonly leases: readonly StewardLease[]; readonly silent: readonly CellId[] }> {
    const { leases, silent = [] } = await this.#ask({ what: 'list' });
    return { leases, silent };
  }

  /** Takes a lease back that another cell lends. */
  async revoke(lessor: CellId, leaseId: LeaseId, graceMs = 0): Promise<RevokeResult> {
    const { result } = await this.#ask({ what: 'revoke', lessor, leaseId, graceMs });
    return result === undefined || result === 'unfenced' ? 'not_found' : result;
  }

  /** Lends again, at another cell, what was fenced there. Whether there was a fence. */
  async unfence(lessor: CellId, leaseId: LeaseId): Promise<boolean> {
    return (await this.#ask({ what: 'unfence', lessor, leaseId })).result === 'unfenced';
  }

  async #ask(wish: StewardWish): Promise<StewardReply> {
    return valueOrThrow(await this.#port.steward(wish));
  }
}
