import { RELAY_LIMITS, WIRE_LIMITS, type Bytes } from '../../core/index.ts';
import { SEAL_BYTES } from './secrecy.ts';

/** What goes through a carrier: whose number it is, the circuit, and a record of which the carrier reads nothing. */
export interface Carried {
  /** The carrier sends it, and so it is of a circuit of the receiver; else the receiver is the carrier. */
  readonly isFromCarrier: boolean;
  readonly circuit: number;
  readonly record: Uint8Array;
}

const HEAD_BYTES = 5;
const COUNTER_BYTES = 8;
const FLAG_BYTES = 1;
const MORE_FOLLOWS = 1;
const RECORD_BYTES_MAX = COUNTER_BYTES + FLAG_BYTES + RELAY_LIMITS.recordBytesMax + SEAL_BYTES;

/** Bytes of one carried record (PROTOCOL.md §12). */
export function encodeCarried({ isFromCarrier, circuit, record }: Carried): Bytes {
  const bytes = new Uint8Array(HEAD_BYTES + record.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, isFromCarrier ? 1 : 0);
  view.setUint32(1, circuit, true);
  bytes.set(record, HEAD_BYTES);
  return bytes;
}

/** Undefined for what is none, or is too long. */
export function decodeCarried(bytes: Uint8Array): Carried | undefined {
  if (bytes.length < HEAD_BYTES || bytes.length > HEAD_BYTES + RECORD_BYTES_MAX) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) > 1) return undefined;
  return {
    isFromCarrier: view.getUint8(0) === 1,
    circuit: view.getUint32(1, true),
    record: bytes.subarray(HEAD_BYTES),
  };
}

/** A sealed record with its counter before it. */
export function encodeSealed(counter: number, sealed: Bytes): Bytes {
  const record = new Uint8Array(COUNTER_BYTES + sealed.length);
  new DataView(record.buffer).setBigUint64(0, BigInt(counter), true);
  record.set(sealed, COUNTER_BYTES);
  return record;
}

/** Undefined for what is too short to be one. */
export function decodeSealed(record: Uint8Array): { readonly counter: bigint; readonly sealed: Bytes } | undefined {
  if (record.length < COUNTER_BYTES + FLAG_BYTES + SEAL_BYTES) return undefined;
  const counter = new DataView(record.buffer, record.byteOffset, record.byteLength).getBigUint64(0, true);
  return { counter, sealed: new Uint8Array(record.subarray(COUNTER_BYTES)) };
}

/** The plain texts of the records that make one frame. */
export function partsOf(frame: Uint8Array): readonly Bytes[] {
  const parts: Bytes[] = [];
  for (let offset = 0; offset === 0 || offset < frame.length; offset += RELAY_LIMITS.recordBytesMax) {
    const part = frame.subarray(offset, offset + RELAY_LIMITS.recordBytesMax);
    const plain = new Uint8Array(FLAG_BYTES + part.length);
    plain[0] = offset + part.length < frame.length ? MORE_FOLLOWS : 0;
    plain.set(part, FLAG_BYTES);
    parts.push(plain);
  }
  return parts;
}

/** Puts frames together again from the plain texts of records in their order. */
export class FrameParts {
  readonly #parts: Uint8Array[] = [];
  #sizeBytes = 0;

  /** The frame, when this was its last part; `malformed` for what no honest end sends. */
  add(plain: Bytes): Bytes | 'malformed' | undefined {
    this.#parts.push(plain.subarray(FLAG_BYTES));
    this.#sizeBytes += plain.length - FLAG_BYTES;
    const [flag = MORE_FOLLOWS + 1] = plain;
    if (flag > MORE_FOLLOWS || this.#sizeBytes > WIRE_LIMITS.frameBytesMax) return 'malformed';
    if (flag === MORE_FOLLOWS) return undefined;
    const frame = new Uint8Array(this.#sizeBytes);
    let offset = 0;
    for (const part of this.#parts.splice(0)) {
      frame.set(part, offset);
      offset += part.length;
    }
    this.#sizeBytes = 0;
    return frame;
  }
}
