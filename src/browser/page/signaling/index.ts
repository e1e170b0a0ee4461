/**
 * signaling owns how tabs find and dial one another before they are linked: a PeerServer, or nothing but this browser,
 * or members that carry offers. It makes peer connections, gives them our channels, and carries no fabric traffic.
 */
export { BesideDoor } from './beside-door.ts';
export { HandDoor, MANUAL_SIGNALING } from './hand-door.ts';
export { LinkBirths } from './link-births.ts';
export { LOCAL_SIGNALING, LocalDoor } from './local-door.ts';
export { carriedDials, Offers } from './offers/index.ts';
export { PeerDoor, type PeerDoorDeps } from './peer-server/index.ts';
export { watchNetwork } from './restart/index.ts';
export { warmUp } from './warm-up.ts';
export type { SignalingDoor } from './signaling-door.ts';
export { signalingAddress, type SignalingAddress } from './signaling-url.ts';
