/**
 * calls owns what the meter knows of a module's functions together: who calls whom, who calls itself in a circle, who
 * reaches the host, and how much stack a chain of calls can take.
 */
export { readCallGraph, type CallGraph } from './call-graph.ts';
