/**
 * browser/steward owns the steward's keys of this browser profile: made when a fabric is created here, never to be taken
 * out. The page makes them and the cell worker signs with them.
 */
export { createStewardKey, stewardKey } from './steward-keys.ts';
