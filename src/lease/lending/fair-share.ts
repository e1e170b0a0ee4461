import { LEASE_LIMITS, type CellId } from '../../core/index.ts';
import type { LeaseDenial, LeaseKind, LeaseWish } from '../lease.ts';
import type { LeaseBook } from './lease-book.ts';
import type { Stock } from './stock.ts';

interface Waiting {
  readonly quantity: number;
  readonly untilMs: number;
}

/**
 * Holders that were refused for want of room, for a moment: who has more than an even part leaves the next room to those of
 * them who would not. Whoever does not ask again in time is waited for no more.
 */
export class FairShare {
  readonly #stock: Stock;
  readonly #book: LeaseBook;
  readonly #waiting = new Map<LeaseKind, Map<CellId, Waiting>>();

  constructor(stock: Stock, book: LeaseBook) {
    this.#stock = stock;
    this.#book = book;
  }

  /** There was no room for these wishes. */
  refused(holder: CellId, wishes: readonly LeaseWish[], nowMs: number): void {
    for (const [kind, quantity] of sums(wishes)) {
      const waiting = this.#waiting.get(kind) ?? new Map<CellId, Waiting>();
      this.#waiting.set(kind, waiting);
      for (const [cell, { untilMs }] of waiting) if (untilMs <= nowMs) waiting.delete(cell);
      if (waiting.size < LEASE_LIMITS.waitingMax) {
        waiting.set(holder, { quantity, untilMs: nowMs + LEASE_LIMITS.fairWaitMs });
      }
    }
  }

  granted(holder: CellId): void {
    for (const waiting of this.#waiting.values()) waiting.delete(holder);
  }

  /** Why this holder has to leave room to others, if it has. */
  denial(holder: CellId, wishes: readonly LeaseWish[], nowMs: number): LeaseDenial | undefined {
    for (const [kind, quantity] of sums(wishes)) {
      const waiting = [...(this.#waiting.get(kind) ?? [])].filter(
        ([cell, { untilMs }]) => cell !== holder && untilMs > nowMs,
      );
      if (waiting.length === 0) continue;
      const quantities = this.#book.quantitiesOf(kind);
      const contenders = new Set([...quantities.keys(), ...waiting.map(([cell]) => cell), holder]);
      const share = Math.ceil(this.#stock.capacity(kind).total / contenders.size);
      const has = (cell: CellId): number => quantities.get(cell) ?? 0;
      if (has(holder) + quantity <= share) continue;
      if (waiting.some(([cell, wish]) => has(cell) + wish.quantity <= share)) {
        return { code: 'capacity_exceeded', message: `others wait for their part of ${kind}` };
      }
    }
    return undefined;
  }
}

function sums(wishes: readonly LeaseWish[]): ReadonlyMap<LeaseKind, number> {
  const asked = new Map<LeaseKind, number>();
  for (const { kind, quantity } of wishes) asked.set(kind, (asked.get(kind) ?? 0) + quantity);
  return asked;
}
