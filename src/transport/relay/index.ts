/**
 * relay owns links that go through another cell where nothing direct works: the two ends, which seal every frame for one
 * another, and the cell in the middle, which passes on what it cannot read. Above it, such a link is a link like any other.
 */
export { Relay, type RelayDeps } from './relay.ts';
export { RelayedLink, type RelayEnd } from './relayed-link.ts';
export { decodeCarried, encodeCarried } from './record.ts';
export { SEAL_BYTES, type Secrecy, type SecretHalf, type SealingKey } from './secrecy.ts';
