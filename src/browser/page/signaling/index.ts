/**
 * signaling owns how tabs find and dial one another before they are linked: a PeerServer, or nothing but this browser,
 * or members that carry offers. It makes peer connections, gives them our channels, and carries no fabric traffic.
 */
export { HandDoor, MANUAL_SIGNALING } from './hand-door.ts';
export { LinkBirths } from './link-births.ts';
export type { PeerDoorDeps } from './peer-door.ts';
export { LOCAL_SIGNALING, LocalDoor } from './local-door.ts';
export { carriedDials, Offers } from './offers.ts';
export { watchNetwork } from './restart/index.ts';
export { loadPeerDoor, type SignalingDoor } from './signaling-door.ts';
export { signalingAddress, type SignalingAddress } from './signaling-url.ts';
