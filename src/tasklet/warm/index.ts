/**
 * tasklet/warm owns tasklets that live between calls (ABI.md §9): the instance that is kept, the ways to call it, how calls
 * are packed, and the transcript that proves them. It promises the same fuel and the same bytes as anywhere else.
 */
export { BatchCaller, type Operate } from './batch-caller.ts';
export { callFailed, callSucceeded, failureOfCall, type CallCode, type CallEnd } from './call-end.ts';
export type { Caller } from './caller.ts';
export { KeptInstance, type KeptOrder } from './kept-instance.ts';
export {
  BATCH_NUMBER_MAX,
  PROBE_BYTES,
  readAnswerPart,
  readAnswers,
  readBatch,
  writeAnswerParts,
  writeAnswers,
  writeBatch,
  type CallBatch,
} from './packing.ts';
export {
  RingCaller,
  RingControl,
  RingServer,
  type RingCallerEnv,
  type RingServerEnv,
  type TranscriptEnd,
} from './ring/index.ts';
export { isInTranscript, Transcript, warmReceiptBytes, type TranscriptOf, type WarmClaims } from './transcript.ts';
