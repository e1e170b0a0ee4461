/** What works on leased memory, apart so that a page loads it with its first region and not before it joins. */
export { openedRegion } from '../../memory/index.ts';
