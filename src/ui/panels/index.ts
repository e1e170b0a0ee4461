/**
 * panels shows the standing facts of a fabric: who is here, what happened and how signaling is doing. The only things a person can do here are to ask for a check and to save the audit chain.
 */
export { AuditSave } from './audit-save.ts';
export { CellList } from './cell-list.ts';
export { EventLog } from './event-log.ts';
export { SignalingPanel } from './signaling-panel.ts';
