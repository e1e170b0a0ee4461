/**
 * placement owns where a run goes: filter, score, and the queue that tries cells best first.
 * It never decides whether a cell takes a run; that is the cell's own word.
 */
export { choose, type Candidate, type Target, type Wish } from './choose.ts';
export { Scheduler, type Placed, type Scheduled, type SchedulerPorts } from './scheduler.ts';
