/**
 * sdk/host owns the far side of the sdk: one cell made a member, with its roster, joining, scheduling, artifacts and
 * snapshots. It lives in the cell worker, or in the simulator; the page talks to it through `HostPort`.
 */
export type { HostDeps } from './deps.ts';
export { FabricHost } from './host.ts';
