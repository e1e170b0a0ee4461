/** Entry of the signaling page: makes join URLs and asks the service how it is. Joins no fabric. */
import { createFabricUrl, FabricError, handOfferIn, isFabricName, parseFabricUrl } from './sdk/index.ts';
import { askSignaling, type SignalingDoors } from './ui/signaling/index.ts';

const homeUrl = new URL('./', location.href).href;

const doors: SignalingDoors = {
  homeUrl,
  createFabricUrl: (name) => {
    if (!isFabricName(name)) {
      throw new FabricError({ code: 'invalid_argument', message: 'A fabric name is 1 to 48 bytes of text.' });
    }
    return createFabricUrl(homeUrl, name, { bytes: (sizeBytes) => crypto.getRandomValues(new Uint8Array(sizeBytes)) });
  },
  invitationFailure: (link) => {
    const parsed = parseFabricUrl(link);
    if (!parsed.ok) return parsed.error;
    const message = 'This link carries no invitation by hand. Open it as it is, or ask for an invitation by hand.';
    return handOfferIn(link) === undefined
      ? new FabricError({ code: 'fabric_url_invalid', message }).toFailure()
      : undefined;
  },
  signaling: () => askSignaling(homeUrl),
};

const page = document.querySelector('signaling-page');
if (page) page.doors = doors;
