import { shortId } from '../../../core/index.ts';
import type { FabricSnapshot } from '../../../sdk/index.ts';
import type { SimTab } from '../../tab.ts';
import type { Violations } from '../violations.ts';

/** Where nothing but networks change, nobody counts as gone who is there, and no link is lost. */
export class PresenceRules {
  readonly #violations: Violations;
  readonly #there = new Map<string, SimTab>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  observe(tab: SimTab, { cells }: FabricSnapshot): void {
    if (tab.isReady) this.#there.set(tab.host.self, tab);
    for (const { id, state } of cells) {
      const missed = state === 'gone' ? this.#there.get(id) : undefined;
      if (missed) this.#violations.add('nobody is missed', `${tab.name}: ${missed.name} ${shortId(id)} is there`);
    }
  }

  gone(tab: SimTab): void {
    if (this.#there.get(tab.host.self) === tab) this.#there.delete(tab.host.self);
  }
}
