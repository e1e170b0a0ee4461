/**
 * wire owns what cells say to one another: frames, their assembly, the codec, the messages and the calls.
 * PROTOCOL.md is the specification; this room follows it. It sends nothing itself, and never throws on what it reads.
 */
export { Assembler, type AssemblyFault } from './assembler.ts';
export { CallTable } from './calls.ts';
export { decodeCbor, encodeCbor } from './codec.ts';
export {
  decodeFrame,
  encodeFrame,
  FRAGMENT_PAYLOAD_BYTES_MAX,
  FRAME_HEADER_BYTES,
  FRAME_KIND,
  FRAME_PAYLOAD_BYTES_MAX,
  PROTOCOL_VERSION,
  type Frame,
  type FrameFault,
  framesOf,
  type FrameKind,
} from './frame.ts';
export { Handlers, type Answered, type RequestInProgress } from './handlers.ts';
export type { ChannelName, EventType, MessageFault, RequestType } from './message-type.ts';
export {
  DIGEST_BUCKETS,
  EVENT,
  REFUSAL,
  REQUEST,
  VERSION_BYTES,
  type Announcement,
  type FateOf,
  type Refusal,
  type RunOrderMessage,
  type WarmOpened,
  type WarmOrderMessage,
  type WireGrant,
  type WireOutcome,
  type WireWarmEnd,
  type WireWish,
} from './messages.ts';
export { INLINE_BYTES_MAX } from './schema/index.ts';
export {
  HELLO,
  helloTranscript,
  type HelloSide,
  STEWARD,
  type ListedLease,
  type PolicyMessage,
  type StewardOrder,
  type StewardProof,
} from './joining/index.ts';
export { LINK, RELAY, relayGreeting } from './relay/index.ts';
