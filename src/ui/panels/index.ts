/**
 * panels shows the standing facts of a fabric: who is here, what is on lease, what happened, how signaling is doing
 * and what this browser can offer. The only thing a person can do here is free a lease or ask for a check.
 */
export { CellList } from './cell-list.ts';
export { EventLog } from './event-log.ts';
export { LeaseTable } from './lease-table.ts';
export { PreflightPanel, preflightSummary } from './preflight-panel.ts';
export { SignalingPanel } from './signaling-panel.ts';
