/**
 * core/bounds owns the bounds of one part each, where `limits.ts` has those that many share: named, with a unit, and a reason.
 */
export { MEND_LIMITS } from './mending.ts';
export { RELAY_LIMITS } from './relay.ts';
export { WARM_LIMITS } from './warm.ts';
