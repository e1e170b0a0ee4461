/**
 * programs/close-a-tab shows that a run survives the cell that does it. Its demo sees the sdk alone.
 */
export { demo } from './demo.ts';
