/**
 * by-hand owns the texts with which two people link their cells where no service introduces them: an offer one way, an
 * answer back. A code holds all that one end must know of the other, says when it was damaged, and proves nothing.
 */
export { formatHandCode, HAND_DIAL_BYTES, readHandCode, type HandCode } from './code.ts';
export { describeSdp, sdpOf, type HandDescription } from './description.ts';
