/**
 * sdk/host/rules owns a host's side of its fabric's steward: the policy that holds for it, its wait in the lobby, and
 * what is done from here when this profile has the steward's key.
 */
export type { HostStewardDeps } from './deps.ts';
export { HostSteward } from './host-steward.ts';
