import { err, ok, WIRE_LIMITS, type Bytes, type Result } from '../core/index.ts';

/** How a message stands in a conversation (PROTOCOL.md §2). */
export const FRAME_KIND = { event: 0, request: 1, answer: 2, refusal: 3 } as const;
export type FrameKind = (typeof FRAME_KIND)[keyof typeof FRAME_KIND];

export interface Frame {
  readonly kind: FrameKind;
  /** Code of the message type. */
  readonly type: number;
  /** Unique among the sender's messages in flight; an answer or refusal carries its request's. */
  readonly id: number;
  readonly payload: Uint8Array;
  /** Present when the payload is a part of a longer message. */
  readonly fragment?: { readonly offsetBytes: number; readonly totalBytes: number };
}

export type FrameFault =
  | 'too_short'
  | 'too_long'
  | 'unknown_version'
  | 'unknown_kind'
  | 'unknown_flag'
  | 'reserved_not_zero'
  | 'length_mismatch'
  | 'bad_fragment';

export const PROTOCOL_VERSION = 1;
export const FRAME_HEADER_BYTES = 16;
const LENGTH_AT = 12;
const FRAGMENT_HEADER_BYTES = 8;
const FLAG_FRAGMENT = 1;

/** The most payload that fits one frame unfragmented. */
export const FRAME_PAYLOAD_BYTES_MAX = WIRE_LIMITS.frameBytesMax - FRAME_HEADER_BYTES;
/** The most payload that fits one fragment. */
export const FRAGMENT_PAYLOAD_BYTES_MAX = FRAME_PAYLOAD_BYTES_MAX - FRAGMENT_HEADER_BYTES;

/** Bytes of one frame (PROTOCOL.md §2), at the start of `into` where that is given. */
export function encodeFrame(frame: Frame, into?: Bytes): Bytes {
  const fragmentBytes = frame.fragment ? FRAGMENT_HEADER_BYTES : 0;
  const sizeBytes = FRAME_HEADER_BYTES + fragmentBytes + frame.payload.length;
  const bytes = into ? into.subarray(0, sizeBytes) : new Uint8Array(sizeBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, sizeBytes);
  view.setUint8(0, PROTOCOL_VERSION);
  view.setUint8(1, frame.kind);
  view.setUint8(2, frame.fragment ? FLAG_FRAGMENT : 0);
  view.setUint8(3, 0);
  view.setUint16(4, frame.type, true);
  view.setUint16(6, 0, true);
  view.setUint32(8, frame.id, true);
  view.setUint32(12, fragmentBytes + frame.payload.length, true);
  if (frame.fragment) {
    view.setUint32(16, frame.fragment.offsetBytes, true);
    view.setUint32(20, frame.fragment.totalBytes, true);
  }
  bytes.set(frame.payload, FRAME_HEADER_BYTES + fragmentBytes);
  return bytes;
}

/** The frames of one channel message, which lie one after another; what is no frame is left as it is for the reader to refuse. */
export function framesOf(message: Uint8Array): readonly Uint8Array[] {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const frames: Uint8Array[] = [];
  let start = 0;
  while (start + FRAME_HEADER_BYTES < message.length) {
    const end = start + FRAME_HEADER_BYTES + view.getUint32(start + LENGTH_AT, true);
    if (end >= message.length) break;
    frames.push(message.slice(start, end));
    start = end;
  }
  // Copies begin where numbers of any width may lie.
  return [...frames, start === 0 ? message : message.slice(start)];
}

/** Reads one frame; the payload is a view of `bytes`. Refuses anything the document does not allow. */
export function decodeFrame(bytes: Uint8Array): Result<Frame, FrameFault> {
  if (bytes.length < FRAME_HEADER_BYTES) return err('too_short');
  if (bytes.length > WIRE_LIMITS.frameBytesMax) return err('too_long');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) !== PROTOCOL_VERSION) return err('unknown_version');
  const kind = frameKindOf(view.getUint8(1));
  if (kind === undefined) return err('unknown_kind');
  const flags = view.getUint8(2);
  if ((flags & ~FLAG_FRAGMENT) !== 0) return err('unknown_flag');
  if (view.getUint8(3) !== 0 || view.getUint16(6, true) !== 0) return err('reserved_not_zero');
  if (view.getUint32(12, true) !== bytes.length - FRAME_HEADER_BYTES) return err('length_mismatch');
  const head = { kind, type: view.getUint16(4, true), id: view.getUint32(8, true) };
  if (flags === 0) return ok({ ...head, payload: bytes.subarray(FRAME_HEADER_BYTES) });
  if (bytes.length <= FRAME_HEADER_BYTES + FRAGMENT_HEADER_BYTES) return err('bad_fragment');
  const offsetBytes = view.getUint32(16, true);
  const totalBytes = view.getUint32(20, true);
  const payload = bytes.subarray(FRAME_HEADER_BYTES + FRAGMENT_HEADER_BYTES);
  if (offsetBytes + payload.length > totalBytes || payload.length === totalBytes) return err('bad_fragment');
  return ok({ ...head, payload, fragment: { offsetBytes, totalBytes } });
}

function frameKindOf(value: number): FrameKind | undefined {
  return Object.values(FRAME_KIND).find((kind) => kind === value);
}
