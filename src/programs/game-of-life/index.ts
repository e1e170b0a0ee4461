/**
 * programs/game-of-life steps one board in many tabs: `board` knows Life, `field` the leased bytes, `game` the runs and what to
 * do when one is lost. `view` shows it to people; the demo compares what came out with one computed here alone.
 */
export { demo } from './demo.ts';
