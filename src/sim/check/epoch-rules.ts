import { shortId, type Bytes } from '../../core/index.ts';
import { FRAME_KIND, REQUEST, type Frame } from '../../wire/index.ts';
import type { SimTab } from '../tab.ts';
import type { Violations } from './violations.ts';

/** Every grant's epoch is higher than any before it of the same resource: seen in the answers that leave a lessor. */
export class EpochRules {
  readonly #violations: Violations;
  readonly #highest = new Map<SimTab, Map<string, number>>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  sent(from: SimTab, frame: Frame, payload: Bytes): void {
    if (frame.kind !== FRAME_KIND.answer || frame.type !== REQUEST.leaseRequest.code) return;
    const answer = REQUEST.leaseRequest.readAnswer(payload);
    if (!answer.ok) return;
    const highest = this.#highest.get(from) ?? new Map<string, number>();
    this.#highest.set(from, highest);
    for (const { leaseId, kind, epoch } of answer.value.grants) {
      const before = highest.get(kind) ?? 0;
      if (epoch <= before) {
        const text = `${from.name}: ${kind} lease ${shortId(leaseId)} has epoch ${epoch} after ${before}`;
        this.#violations.add('epochs only grow', text);
      }
      highest.set(kind, Math.max(before, epoch));
    }
  }

  gone(tab: SimTab): void {
    this.#highest.delete(tab);
  }
}
