/**
 * tasklet owns what is run: the profile (ABI.md), the WASM reader and the fuel meter, admission, the host's side of the
 * imports, and how a run ends. It decides and transforms only; the engine port does the running.
 */
export { BYTES_PER_FUEL, encodeContext, STATUS, WASM_PAGE_BYTES, type TaskletContext } from './abi.ts';
export {
  admit,
  inspectTasklet,
  type AdmissionDenial,
  type AdmissionDenialCode,
  type AdmittedModule,
  type TaskletInspection,
} from './admission.ts';
export type {
  AdmissionOrder,
  AdmittedTasklet,
  KeepOrder,
  KeptEnd,
  KeptTasklet,
  RunningTasklet,
  RunOrder,
  RunRegion,
  TaskletEngine,
} from './engine.ts';
export type {
  AtomicOperation,
  FuelGlobal,
  HostOrder,
  ImportFunction,
  LeaseStand,
  RegionPart,
  TaskletMemory,
  TaskletOrder,
  TaskletRegion,
} from './host/index.ts';
export { FUEL_GLOBAL, METER_VERSION, meterModule, type MeteredModule, type MeterReport } from './meter/index.ts';
export { receiptBytes, type ReceiptClaims } from './receipt.ts';
export type { TaskletResult } from './result.ts';
export { runTasklet, type Instantiate, type TaskletExports } from './run-module.ts';
export {
  BatchCaller,
  callFailed,
  callSucceeded,
  failureOfCall,
  isInTranscript,
  KeptInstance,
  readAnswers,
  readBatch,
  RingCaller,
  RingControl,
  RingServer,
  Transcript,
  warmReceiptBytes,
  BATCH_NUMBER_MAX,
  PROBE_BYTES,
  readAnswerPart,
  writeAnswerParts,
  writeAnswers,
  writeBatch,
  type CallCode,
  type Caller,
  type CallEnd,
  type KeptOrder,
  type RingCallerEnv,
  type TranscriptEnd,
  type TranscriptOf,
  type WarmClaims,
} from './warm/index.ts';
