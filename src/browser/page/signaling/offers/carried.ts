import type { RunId } from '../../../../core/index.ts';
import type { PageApi, ToCellWorker } from '../../../both/index.ts';
import type { SignalingDoor } from '../signaling-door.ts';
import type { Offers } from './offers.ts';

/** What the cell's worker may ask about dials that others carry, and about links that are there. */
export function carriedDials(
  tab: () => {
    readonly offers: Offers;
    readonly door: Pick<SignalingDoor, 'say'>;
    readonly worker: { post(message: ToCellWorker, transfer: Transferable[]): void };
  },
): Pick<PageApi, 'dialByOffer' | 'introduced' | 'restart'> {
  const sayIn = (dial: RunId) => (text: string) => tab().worker.post({ kind: 'introduction', dial, text }, []);
  return {
    dialByOffer: (dial) => tab().offers.dial(dial, sayIn(dial)),
    introduced: (dial, text) => void tab().offers.received(dial, text, sayIn(dial)),
    restart: (dial, peerName) =>
      tab().offers.restart(dial, (text) => {
        if (peerName !== undefined) tab().door.say(peerName, dial, text);
        sayIn(dial)(text);
      }),
  };
}
