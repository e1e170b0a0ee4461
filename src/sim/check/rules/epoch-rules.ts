import { shortId, type Bytes, type LeaseId } from '../../../core/index.ts';
import { FRAME_KIND, REQUEST, type Frame } from '../../../wire/index.ts';
import type { SimTab } from '../../tab.ts';
import type { Violations } from '../violations.ts';

/**
 * Every grant's epoch is higher than any before it of the same resource. Seen in the answers that leave a lessor: those to
 * one holder leave in the order of their grants, and no two grants have one epoch.
 */
export class EpochRules {
  readonly #violations: Violations;
  readonly #highest = new Map<SimTab, Map<string, number>>();
  readonly #leaseOf = new Map<SimTab, Map<string, LeaseId>>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  sent(from: SimTab, to: SimTab, frame: Frame, payload: Bytes): void {
    if (frame.kind !== FRAME_KIND.answer || frame.type !== REQUEST.leaseRequest.code) return;
    const answer = REQUEST.leaseRequest.readAnswer(payload);
    if (!answer.ok) return;
    const highest = bookOf(this.#highest, from);
    const leaseOf = bookOf(this.#leaseOf, from);
    for (const { leaseId, kind, epoch } of answer.value.grants) {
      const way = `${kind} to ${to.name} ${to.session}`;
      const before = highest.get(way) ?? 0;
      const twin = leaseOf.get(`${kind} ${epoch}`) ?? leaseId;
      if (epoch <= before || twin !== leaseId) {
        const text = `${from.name}: ${kind} lease ${shortId(leaseId)} has epoch ${epoch}, after ${before}`;
        this.#violations.add('epochs only grow', text);
      }
      highest.set(way, Math.max(before, epoch));
      leaseOf.set(`${kind} ${epoch}`, leaseId);
    }
  }

  gone(tab: SimTab): void {
    this.#highest.delete(tab);
    this.#leaseOf.delete(tab);
  }
}

function bookOf<Value>(books: Map<SimTab, Map<string, Value>>, tab: SimTab): Map<string, Value> {
  const book = books.get(tab) ?? new Map<string, Value>();
  books.set(tab, book);
  return book;
}
