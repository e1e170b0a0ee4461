/**
 * cell/warm owns tasklets that live between calls: those that this cell keeps for others, and those it has open itself. It
 * promises that a call needs no cryptography, that the end of a lease is the end of them at once, and a receipt for the whole.
 */
export type { WarmEnding, WarmReceipt } from './receipt.ts';
export { WarmDesk } from './warm-desk.ts';
export { WarmHolder, type WarmDoor, type WarmWish } from './warm-holder.ts';
