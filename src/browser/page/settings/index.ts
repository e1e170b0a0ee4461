/**
 * settings owns what a tab is told or makes up before it joins: the STUN and TURN servers that this browser keeps, a name
 * for a cell that nobody has named, and the identity that the tab had before it was reloaded.
 */
export { friendlyName } from './friendly-name.ts';
export { storedIceServers, storeIceServers } from './ice-settings.ts';
export { storedIdentitySlot, storeIdentitySlot } from './identity-slot.ts';
export type { JoinOptions } from './join-options.ts';
