/**
 * browser/steward owns the steward's keys of this browser profile: made when a fabric is created here, or
 * brought in from a file, never to be taken out. The page makes them and the cell worker signs with them.
 */
export { createStewardKey, keepStewardKey, stewardKey } from './steward-keys.ts';
