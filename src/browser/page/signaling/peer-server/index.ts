/**
 * peer-server owns what a tab says to a PeerServer and, by way of it, to other tabs: the names that it has there, who keeps
 * the meeting points, and the texts of dials. Nothing of a fabric goes through it.
 */
export { PeerDoor, type PeerDoorDeps } from './peer-door.ts';
