/**
 * calls owns what the meter knows of a module's functions together: who calls whom, who calls itself in a circle, who
 * reaches the host, and how much stack a chain of calls can take.
 */
export { callGraphOf, type CallGraph } from './call-graph.ts';
export { type CodeFacts } from './code-facts.ts';
export { type StackNeeds } from './stack-needs.ts';
