/**
 * demo owns the main job without a human: a server, real tabs that form a fabric, a program run across them, and its
 * artifacts on disk. It promises an end: every wait is bounded, and tabs and server are gone afterwards.
 */
export { demo } from './command.ts';
export { planRuns, type PlannedRun } from './plan.ts';
