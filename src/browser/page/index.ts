/**
 * browser/page owns what only a page can do: peer connections, the cell worker's life, the tab's visibility and end,
 * and the look at what this browser offers. It hands channels over at birth and touches no fabric traffic but its own calls of warm tasklets.
 */
export { storedIceServers, storeIceServers } from './settings/index.ts';
export { joinFabric } from './join.ts';
export type { JoinOptions } from './settings/index.ts';
export { prepareToJoin } from './spare-worker.ts';
export { preflight, type PreflightItem } from './preflight.ts';
export { signalingAddress } from './signaling/index.ts';
