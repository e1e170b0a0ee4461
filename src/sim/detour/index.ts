/**
 * detour is the fabric where two cells never find a direct way to each other: unmodified cells, runs from one of the two on
 * the other, a carrier that dies, and at last a direct way. It measures how long each took and what became of the runs.
 */
export { simulateDetour, type DetourOptions, type DetourReport } from './simulate-detour.ts';
