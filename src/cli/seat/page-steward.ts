import type { PageAnswer } from '../browser/index.ts';
import type { StewardWish } from '../../sdk/index.ts';
import type { StewardDone } from './seat.ts';

/** Runs inside the page, sent there as text: nothing imported, and no named function inside. */
export function stewardInPage(wish: StewardWish): Promise<PageAnswer<StewardDone>> {
  return window.grafosAnswer(
    (async (): Promise<StewardDone> => {
      const steward = window.grafos?.fabric()?.steward;
      if (steward === undefined) throw new Error('this tab is in no fabric');
      const none = { leases: [], silent: [] };
      switch (wish.what) {
        case 'set':
          return { ...none, policy: await steward.set(wish.change) };
        case 'admit':
          return { ...none, policy: await steward.admit(wish.cell) };
        case 'readmit':
          return { ...none, policy: await steward.readmit(wish.cell) };
        case 'evict':
          return { ...none, policy: await steward.evict(wish.cell, wish.reason) };
        case 'refuse':
          await steward.refuse(wish.cell);
          return none;
        case 'list':
          return await steward.survey();
        case 'revoke':
          return { ...none, result: await steward.revoke(wish.lessor, wish.leaseId, wish.graceMs) };
        case 'unfence':
          return { ...none, result: (await steward.unfence(wish.lessor, wish.leaseId)) ? 'unfenced' : 'not_found' };
      }
    })(),
  );
}
