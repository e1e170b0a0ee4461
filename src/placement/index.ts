/**
 * placement owns where a run goes: filter, score, the queue that tries cells best first, further attempts when a cell is
 * lost or lags, and the verdict over replicas. It never decides whether a cell takes a run; that is the cell's own word.
 */
export { choose, type Affinity, type Candidate, type Strategy, type Target, type Wish } from './choose.ts';
export type { AttemptFault, LostAttempt, Placed, Recovery, Scheduled, SchedulerPorts } from './run.ts';
export { Scheduler, type Verified } from './scheduler.ts';
export { Siblings } from './siblings.ts';
export { verdictOf, type Verdict, type Vote } from './verdict.ts';
