import * as v from 'valibot';
import { LINK_LIMITS } from '../../core/index.ts';
import { cellId, count, name, peerName, stewardProof } from '../fields.ts';

/** What a cell says of itself. */
export const announcement = v.strictObject({
  /** Grows when something lasting changes, or when somebody doubts this cell; survives its tabs. */
  incarnation: count,
  /** Grows with every announcement of one session; older ones are ignored. */
  sequence: count,
  name,
  slotsTotal: count,
  slotsFree: count,
  memoryBytesTotal: count,
  memoryBytesFree: count,
  isVisible: v.boolean(),
  /** Its browser has stopped it, so its silence means little. */
  isFrozen: v.exactOptional(v.boolean()),
  /** Under what name this cell can be dialled at the signaling service. */
  peerName,
  /** The steward's word that this cell is its own. */
  warrant: v.exactOptional(stewardProof),
  /** The rendezvous slot it keeps for newcomers. */
  slot: v.optional(v.pipe(count, v.maxValue(LINK_LIMITS.rendezvousSlots - 1))),
});

/** What somebody believes of a cell that is not, or no longer, alive. */
export const fateOf = v.strictObject({
  cell: cellId,
  fate: v.picklist(['suspect', 'dead', 'left']),
  /** The incarnation it is believed of; a later one refutes it. */
  incarnation: count,
  /** Whose belief it is. */
  by: cellId,
});
