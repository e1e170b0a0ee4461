/**
 * settings owns what a tab is told or makes up before it joins: the STUN and TURN servers that this browser keeps, and a
 * name for a cell that nobody has named.
 */
export { friendlyName } from './friendly-name.ts';
export { storedIceServers, storeIceServers } from './ice-settings.ts';
