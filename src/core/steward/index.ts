/**
 * core/steward owns the bounds of what a fabric's steward may ask of its members, each with its unit and its reason.
 */
export { STEWARD_LIMITS } from './limits.ts';
