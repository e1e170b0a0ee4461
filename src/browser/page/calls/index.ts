/**
 * page/calls owns how this page calls its warm tasklets: through shared memory where they are in this tab, over a data channel
 * of their own where they are in another, else by the cell's worker. It promises that every batch is answered.
 */
export { WarmDoors } from './warm-doors.ts';
