/**
 * graph shows a program as a whole: its graph drawn and in words, and a run of it with the progress, failure and outputs
 * of each node. It draws what a `Program` declares and starts nothing before a person asks.
 */
export { GraphDesk, type GraphState } from './graph-desk.ts';
export { graphInWords, graphLabel, stateText } from './in-words.ts';
export { layoutOf, type Graph, type GraphLayout } from './layout.ts';
export { ProgramGraph } from './program-graph.ts';
export { WholeRun } from './whole-run.ts';
