/** Entry of the signaling page: makes join URLs and asks the service how it is. Joins no fabric. */
import { createFabricUrl, FabricError, isFabricName } from './sdk/index.ts';
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
  signaling: () => askSignaling(homeUrl),
};

const page = document.querySelector('signaling-page');
if (page) page.doors = doors;
