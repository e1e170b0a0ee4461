import { err, ok, WARM_LIMITS, WIRE_LIMITS, type Bytes, type Result } from '../../core/index.ts';
import { CALL_CODES, numberOfCode, type CallEnd } from './call-end.ts';

/** The session, which whoever sends a batch writes into it. */
export const BATCH_HEAD_BYTES = 4;
const CALL_HEAD_BYTES = 4;
const ANSWER_HEAD_BYTES = 16;

export interface CallBatch {
  readonly session: number;
  readonly inputs: readonly Bytes[];
}

/** Calls in one frame: the session as u32, then for each its length as u32 and its input (ABI.md §9). */
export function writeBatch(session: number, inputs: readonly Bytes[]): Bytes {
  const sizeBytes = inputs.reduce((total, { length }) => total + CALL_HEAD_BYTES + length, BATCH_HEAD_BYTES);
  const bytes = new Uint8Array(sizeBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, session, true);
  let at = BATCH_HEAD_BYTES;
  for (const input of inputs) {
    view.setUint32(at, input.length, true);
    bytes.set(input, at + CALL_HEAD_BYTES);
    at += CALL_HEAD_BYTES + input.length;
  }
  return bytes;
}

/** How many more bytes of a batch an input takes. */
export function batchedBytes(input: Bytes): number {
  return CALL_HEAD_BYTES + input.length;
}

/** Reads a batch of at least one call; every length is looked at before anything is copied. */
export function readBatch(bytes: Bytes): Result<CallBatch, 'malformed'> {
  if (bytes.length < BATCH_HEAD_BYTES) return err('malformed');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const inputs: Bytes[] = [];
  for (let at = BATCH_HEAD_BYTES; at < bytes.length;) {
    if (at + CALL_HEAD_BYTES > bytes.length || inputs.length === WARM_LIMITS.callsPerBatchMax) return err('malformed');
    const length = view.getUint32(at, true);
    at += CALL_HEAD_BYTES;
    if (length > WARM_LIMITS.callBytesMax || at + length > bytes.length) return err('malformed');
    inputs.push(bytes.subarray(at, at + length));
    at += length;
  }
  return inputs.length === 0 ? err('malformed') : ok({ session: view.getUint32(0, true), inputs });
}

/** The answers of a batch: for each the number of its code and the length of its output as u32, its fuel as f64, its output; room at its head. */
export function writeAnswers(ends: readonly CallEnd[], headBytes = 0): Bytes {
  const sizeBytes = ends.reduce((total, { output }) => total + ANSWER_HEAD_BYTES + output.length, headBytes);
  const bytes = new Uint8Array(sizeBytes);
  const view = new DataView(bytes.buffer);
  let at = headBytes;
  for (const { code, fuelUsed, output } of ends) {
    view.setUint32(at, numberOfCode(code), true);
    view.setUint32(at + 4, output.length, true);
    view.setFloat64(at + 8, fuelUsed, true);
    bytes.set(output, at + ANSWER_HEAD_BYTES);
    at += ANSWER_HEAD_BYTES + output.length;
  }
  return bytes;
}

/** The number of the batch that is answered; with the highest bit, for a message that is not the last of that answer. */
const PART_HEAD_BYTES = 4;
const MORE = 0x8000_0000;
/** The greatest number that a batch on a channel of its own may have. */
export const BATCH_NUMBER_MAX = MORE - 1;

/** What comes back as it was: whoever calls looks by that whether there is another end. */
export const PROBE_BYTES = 4;

/** One message of an answer on a channel of its own. */
export interface AnswerPart {
  readonly number: number;
  readonly isLast: boolean;
  readonly answers: Bytes;
}

/** The answers of a batch as messages of a channel of their own, none longer than a frame. */
export function writeAnswerParts(number: number, ends: readonly CallEnd[]): readonly Bytes[] {
  const parts: Bytes[] = [];
  let first = 0;
  while (first < ends.length) {
    let [sizeBytes, next] = [PART_HEAD_BYTES, first];
    for (let end = ends[next]; end; end = ends[++next]) {
      sizeBytes += ANSWER_HEAD_BYTES + end.output.length;
      if (sizeBytes > WIRE_LIMITS.frameBytesMax && next > first) break;
    }
    parts.push(writeAnswers(ends.slice(first, next), PART_HEAD_BYTES));
    first = next;
  }
  for (const [index, part] of parts.entries()) {
    new DataView(part.buffer).setUint32(0, index === parts.length - 1 ? number : number + MORE, true);
  }
  return parts;
}

export function readAnswerPart(message: Bytes): Result<AnswerPart, 'malformed'> {
  if (message.length < PART_HEAD_BYTES) return err('malformed');
  const head = new DataView(message.buffer, message.byteOffset, message.byteLength).getUint32(0, true);
  const answers = message.subarray(PART_HEAD_BYTES);
  return ok({ number: head % MORE, isLast: head < MORE, answers });
}

/** Reads the answers to so many calls; anything but exactly these is refused. */
export function readAnswers(bytes: Bytes, count: number): Result<readonly CallEnd[], 'malformed'> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ends: CallEnd[] = [];
  let at = 0;
  while (ends.length < count) {
    if (at + ANSWER_HEAD_BYTES > bytes.length) return err('malformed');
    const code = CALL_CODES[view.getUint32(at, true)];
    const length = view.getUint32(at + 4, true);
    const fuelUsed = view.getFloat64(at + 8, true);
    at += ANSWER_HEAD_BYTES;
    const isSound = code !== undefined && Number.isSafeInteger(fuelUsed) && fuelUsed >= 0;
    if (!isSound || length > WARM_LIMITS.callBytesMax || at + length > bytes.length) return err('malformed');
    ends.push({ code, fuelUsed, output: bytes.slice(at, at + length) });
    at += length;
  }
  return at === bytes.length ? ok(ends) : err('malformed');
}
