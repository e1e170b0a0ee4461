/**
 * flow owns what the meter knows of one function: its blocks and edges, what each instruction costs, and the plan of
 * where the function pays. It reads valid code only and writes none.
 */
export { type CalleeFacts } from './callee-facts.ts';
export { ChargePlan } from './charge-plan.ts';
export { ACT, actOf, FUEL_PER_PAGE, UNITS_PER_FUEL } from './costs.ts';
export { EventTape } from './event-tape.ts';
export { FlowBuilder } from './flow-builder.ts';
export { EXIT, HEAD, HEAD_CHECKED, type FlowGraph } from './flow-graph.ts';
