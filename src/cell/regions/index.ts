/**
 * cell/regions owns a cell's memory leases in use: the desk where others open and operate on its regions, and the doors to
 * regions that this cell holds or has open, its own or another's. Doors end with their leases, each call on them settles.
 */
export type { NeighbourClaim, Neighbours } from './neighbours.ts';
export { RegionDesk, type RegionDeskDeps } from './region-desk.ts';
export { Regions, type RegionsDeps } from './regions.ts';
