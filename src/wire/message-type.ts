import * as v from 'valibot';
import { err, ok, type Bytes, type Result } from '../core/index.ts';
import { decodeCbor, encodeCbor } from './codec.ts';

/** Why a message was dropped; counted against its sender. */
export type MessageFault = 'unknown_message' | 'malformed_message';

/** Which of a link's channels carries a message. */
export type ChannelName = 'control' | 'data';

/** A message that expects no answer: its name, its code on the wire, and how its payload is read and written. */
export interface EventType<Payload> {
  readonly name: string;
  readonly code: number;
  read(bytes: Uint8Array): Result<Payload, MessageFault>;
  write(payload: Payload): Bytes;
}

/** A message that is answered, or refused with a code and a message. */
export interface RequestType<Payload, Answer> extends EventType<Payload> {
  readonly channel: ChannelName;
  readonly answerChannel: ChannelName;
  readAnswer(bytes: Uint8Array): Result<Answer, MessageFault>;
  writeAnswer(answer: Answer): Bytes;
}

type Schema<T> = v.GenericSchema<unknown, T>;

/** An event whose payload is one CBOR value of `schema`. */
export function event<Payload>(name: string, code: number, schema: Schema<Payload>): EventType<Payload> {
  return { name, code, ...cborOf(schema) };
}

/** A request and its answer, one CBOR value each, on the control channel. */
export function request<Payload, Answer>(
  name: string,
  code: number,
  schema: Schema<Payload>,
  answerSchema: Schema<Answer>,
): RequestType<Payload, Answer> {
  const answer = cborOf(answerSchema);
  return {
    ...event(name, code, schema),
    channel: 'control',
    answerChannel: 'control',
    readAnswer: answer.read,
    writeAnswer: answer.write,
  };
}

/** A request answered by bare bytes on the data channel. */
export function bytesRequest<Payload>(
  name: string,
  code: number,
  schema: Schema<Payload>,
): RequestType<Payload, Uint8Array> {
  return {
    ...event(name, code, schema),
    channel: 'control',
    answerChannel: 'data',
    readAnswer: (bytes) => ok(bytes),
    writeAnswer: (answer) => new Uint8Array(answer),
  };
}

/** Bare bytes answered by bare bytes, both on one channel; on the data channel the request in one frame. */
export function packedRequest(name: string, code: number, channel: ChannelName = 'data'): RequestType<Bytes, Bytes> {
  return {
    name,
    code,
    channel,
    answerChannel: channel,
    read: (bytes) => ok(ownBytes(bytes)),
    write: (payload) => payload,
    readAnswer: (bytes) => ok(ownBytes(bytes)),
    writeAnswer: (answer) => answer,
  };
}

/** The same bytes, copied only if they lie in shared memory. */
function ownBytes(bytes: Uint8Array): Bytes {
  return bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
}

/** How one CBOR value of `schema` is read and written. */
export function cborOf<T>(schema: Schema<T>): Pick<EventType<T>, 'read' | 'write'> {
  return {
    read(bytes) {
      const decoded = decodeCbor(bytes);
      if (!decoded.ok) return err('malformed_message');
      const parsed = v.safeParse(schema, decoded.value);
      return parsed.success ? ok(parsed.output) : err('malformed_message');
    },
    write: encodeCbor,
  };
}
