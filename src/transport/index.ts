/**
 * transport owns how bytes travel between cells: the link port and its memory twin, the hello that proves a member,
 * the session that talks to it, and the switchboard that shows many links as one fabric.
 * It promises that nothing from an unproven peer reaches a room above.
 */
export { cellIdOf, type HelloCredentials, type HelloFault, type PeerIdentity } from './identity.ts';
export type { Gatekeeper, Newcomer, Standing, Unwelcome, WaitingCell } from './lobby.ts';
export { MemoryEndpoint } from './memory.ts';
export { Relay, SEAL_BYTES, type SealingKey, type Secrecy, type SecretHalf } from './relay/index.ts';
export type { SessionEnd } from './session/index.ts';
export type { PeerListener } from './peer-listener.ts';
export { Switchboard } from './switchboard.ts';
export type {
  CallChannel,
  CallChannelName,
  CallChannels,
  LinkEnd,
  LinkListener,
  LinkPath,
  LinkRole,
  RawLink,
  Transport,
} from './transport.ts';
