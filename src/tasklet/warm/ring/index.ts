/**
 * tasklet/warm/ring owns the shared memory by which a caller and an instance in one tab meet: two rings of records, the word
 * by which the cell ends it all, and who waits for whom. No message is needed for a call, and none of the cell's time.
 */
export { RingCaller, type RingCallerEnv } from './ring-caller.ts';
export { RingControl, type TranscriptEnd } from './ring-control.ts';
export { RingServer, type RingServerEnv } from './ring-server.ts';
