/**
 * keys owns the twins of cryptography in simulated time: identities, the steward's key, and the secrets of links that other
 * cells carry. Nobody forges or reads anything without the key, and nothing costs a curve multiplication.
 */
export { SimSecrets } from './sim-secrecy.ts';
export { SimKeyring, type SimKey } from './sim-signer.ts';
export { SimStewardKey } from './sim-steward-key.ts';
