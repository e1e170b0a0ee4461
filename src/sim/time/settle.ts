/**
 * Longer than the longest chain of promises that one event sets off in a cell. Nothing breaks if some day it is not: the
 * rest of the chain then runs after the next event, in the same order every time.
 */
const TURNS = 48;

/** Lets every promise that has settled run on, as a browser does between two tasks, without asking the host for one. */
export async function settle(): Promise<void> {
  const rested = Promise.resolve();
  for (let turn = 0; turn < TURNS; turn++) await rested;
}
