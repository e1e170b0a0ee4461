import type { Signer } from '../../../src/core/index.ts';
import { testSigner } from '../../support/index.ts';
import { runSignerTests } from './contract.ts';

/** As a tab makes it: a key that cannot be taken out, behind WebCrypto. */
async function webSigner(): Promise<Signer> {
  const { subtle } = crypto;
  const pair = await subtle.generateKey('Ed25519', false, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('no Ed25519 keys here');
  const { publicKey, privateKey } = pair;
  return {
    publicKey: new Uint8Array(await subtle.exportKey('raw', publicKey)),
    sign: async (message) => new Uint8Array(await subtle.sign('Ed25519', privateKey, message)),
    async verify(key, message, signature) {
      try {
        const imported = await subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
        return await subtle.verify('Ed25519', imported, signature, message);
      } catch {
        return false;
      }
    },
  };
}

let made = 0;
runSignerTests('the tests’ own', () => Promise.resolve(testSigner(`signer ${made++}`)));
runSignerTests('WebCrypto', webSigner);
