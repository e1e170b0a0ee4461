/**
 * sdk/graph owns running a program as a whole: its nodes in their order, shared leases taken together and freed at the
 * end, failures answered as the program declares. It promises an outcome for every node and leaves nothing behind.
 */
export { programDoors, type ProgramStage } from './program-doors.ts';
export { fitsPattern, joined, outputHashOf } from './items.ts';
export type {
  GraphDoors,
  GraphLease,
  GraphProgress,
  GraphRun,
  GraphWatch,
  HandedLease,
  LeaseProgress,
  NodeItem,
  NodeOutcome,
  NodeProgress,
  NodeStatus,
} from './graph.ts';
export { graphReport, isGraphDone, type GraphReport, type NodeReport, type NodeRunReport } from './report.ts';
export { runGraph } from './run-graph.ts';
