/**
 * sdk owns what a program author touches: the fabric one has joined, its snapshot, runs and their artifacts.
 * It promises plain frozen data out and `FabricError` for every failure.
 */
export {
  FabricError,
  type Bytes,
  type CellId,
  type ContentHash,
  type FabricErrorCode,
  type FabricFailure,
  type FabricId,
  type LeaseId,
  type RunId,
} from '../core/index.ts';
export type { AtomicWord, LocalBytes, Region, RegionRange, WaitEnd } from '../memory/index.ts';
export { FabricClient, type ClientEnv, type HostPort } from './client.ts';
export { REVOKE_STATES, type LeaseTier, type RevokeResult, type RevokeState } from '../lease/index.ts';
export type { Fabric, FabricNewsOf, RunHandle, StartOptions } from './fabric.ts';
export type { FabricNews, ListenOptions } from './news.ts';
export type { Abort, FabricMap, MapInputs, MapOptions, MapProgress, MapResult } from './run/index.ts';
export {
  fitsPattern,
  graphReport,
  isGraphDone,
  joined,
  outputHashOf,
  programDoors,
  runGraph,
  type GraphDoors,
  type GraphLease,
  type GraphProgress,
  type GraphReport,
  type GraphRun,
  type GraphWatch,
  type HandedLease,
  type LeaseProgress,
  type NodeItem,
  type NodeOutcome,
  type NodeProgress,
  type NodeReport,
  type NodeRunReport,
  type NodeStatus,
  type ProgramStage,
} from './graph/index.ts';
export {
  isLeaseEnd,
  LeaseBuilder,
  LeaseBuilders,
  layoutOf,
  type LeaseEnd,
  type LeaseEvent,
  type LeaseExpired,
  type LeaseFreed,
  type LeaseHandle,
  type LeaseOrder,
  type LeasePort,
  type LeaseRevoked,
  type RefLimits,
  type RefOrder,
} from './lease/index.ts';
export {
  createFabricUrl,
  deriveFabricSecrets,
  formatFabricUrl,
  formatHandUrl,
  handOfferIn,
  formatLeaseUrl,
  isFabricName,
  leaseRefIn,
  parseFabricUrl,
  withIceServers,
  type FabricInvitation,
  type FabricSecrets,
} from './fabric-url.ts';
export { formatIceLines, parseIceLines, type IceServer } from '../membership/index.ts';
export type { ByHand, HandAnswer, HandAnswerParts, HandInvitation, HandInvitationParts, HandPort } from './by-hand.ts';
export type { DemoOutcome, DemoStage, ProgramDemo, SharedLease, ViewStage } from './demo.ts';
export type {
  HeldMemory,
  LoadAnswer,
  LoadedProgram,
  MapOrder,
  MemoryOperation,
  NodeInput,
  NodeLease,
  PickedFile,
  Program,
  ProgramFixture,
  ProgramLease,
  ProgramNode,
  ProgramTasklet,
  RecoverableCode,
  RunRequest,
  RunTarget,
  TaskletRecovery,
  WarmOrder,
} from './program.ts';
export type {
  CallInputs,
  CallOptions,
  CallResult,
  CallsOptions,
  IndexedCall,
  InstanceEnd,
  WarmOptions,
  WarmPort,
  WarmTasklet,
} from './warm/index.ts';
export type { WarmReceipt } from '../cell/index.ts';
export type { Affinity, LostAttempt, Recovery, Strategy, Verdict } from '../placement/index.ts';
export type { WaitingView } from '../steward/index.ts';
export {
  FabricSteward,
  type PolicyChange,
  type PolicyView,
  type PolicyWish,
  type StewardLease,
  type StewardPort,
  type StewardReply,
  type StewardWish,
} from './steward/index.ts';
export { outputOf } from './snapshot.ts';
export type {
  Artifacts,
  AuditExport,
  CellView,
  FabricEvent,
  FabricPhase,
  FabricSnapshot,
  LeaseKind,
  LeaseView,
  LinkView,
  LobbyView,
  RunResponse,
  RunStatus,
  RunView,
  SignalingView,
  StewardView,
} from './snapshot.ts';
