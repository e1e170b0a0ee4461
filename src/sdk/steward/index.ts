/**
 * sdk/steward owns what a program or a page does as the steward of a fabric, and how its rules look. Whether this tab may
 * is decided by the key, at the host.
 */
export {
  FabricSteward,
  type PolicyChange,
  type PolicyView,
  type PolicyWish,
  type StewardLease,
  type StewardPort,
  type StewardReply,
  type StewardWish,
} from './steward.ts';
