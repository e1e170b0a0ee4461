/**
 * membership owns who is there: the roster of cells, and how this cell gets in and stays linked to the others.
 * It believes nobody the transport has not proven, and knows nothing of leases or runs.
 */
export { formatIceLines, formatIceParameter, parseIceLines, parseIceParameter, type IceServer } from './ice-servers.ts';
export { Joiner, knockOrder } from './joiner.ts';
export { Roster, type Description, type Member } from './roster.ts';
export { UNNAMED_PREFIX, type Introductions, type Meeting, type Signaling } from './signaling.ts';
