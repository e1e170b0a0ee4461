import { MEMORY_LIMITS } from '../../core/index.ts';
import type { AtomicOperation, LeaseStand, RegionPart, TaskletRegion } from '../../tasklet/index.ts';
import { AnswerReader, BatchWriter, CALL_BYTES_MAX, OPERATION, type AtomicCode } from '../batch/index.ts';
import { MEMORY_STATUS } from '../status.ts';
import { encodeWait, LeaseMail } from './lease-mail.ts';
import { MAIL, type MailboxSender } from './mailbox.ts';
import { WAIT_END } from './wait-end.ts';

const { ok, disconnected, invalidArgument, capacityExceeded } = MEMORY_STATUS;

/** How much of a part the batch has room for; below 1 when it has to be sent first. */
type Room = (writer: BatchWriter) => number;

/**
 * A lease whose bytes this worker cannot touch: every call goes through the mailbox to the cell's worker and on to where
 * the bytes are, in as many batches as it takes.
 */
export class MailedRegion implements TaskletRegion {
  readonly sizeBytes: number;
  readonly #mailbox: MailboxSender;
  readonly #lease: number;
  readonly #leaseMail: LeaseMail;
  readonly #writer = new BatchWriter();

  constructor(sizeBytes: number, lease: number, mailbox: MailboxSender) {
    this.sizeBytes = sizeBytes;
    this.#mailbox = mailbox;
    this.#lease = lease;
    this.#leaseMail = new LeaseMail(mailbox, lease);
  }

  status(): number {
    const stand = this.query();
    return typeof stand === 'number' ? stand : ok;
  }

  read(parts: readonly RegionPart[]): number {
    const room: Room = (writer) => (writer.room < 0 ? -1 : Math.min(writer.answerRoom, writer.movedRoom));
    const put = (writer: BatchWriter, { offset, bytes }: RegionPart): void => writer.read(offset, bytes.length);
    return this.#inBatches(parts, room, put, ({ bytes: answer, dataAt, dataBytes }, { bytes }) =>
      bytes.set(answer.subarray(dataAt, dataAt + Math.min(dataBytes, bytes.length))),
    );
  }

  write(parts: readonly RegionPart[]): number {
    const room: Room = (writer) => writer.room;
    return this.#inBatches(parts, room, (writer, { offset, bytes }) => writer.write(offset, bytes));
  }

  fill(offset: number, length: number, value: number): number {
    for (let at = 0; at < length;) {
      const piece = Math.min(length - at, this.#writer.movedRoom);
      this.#writer.fill(offset + at, piece, value);
      const { status } = this.#send();
      if (status !== ok) return status;
      at += piece;
    }
    return length === 0 ? this.status() : ok;
  }

  atomic32(operation: AtomicOperation, offset: number, value: number): number {
    return this.#word32(OPERATION[operation], offset, value, 0);
  }

  atomic64(operation: AtomicOperation, offset: number, value: bigint): bigint {
    return this.#word64(OPERATION[operation], offset, value, 0n);
  }

  compareExchange32(offset: number, expected: number, replacement: number): number {
    return this.#word32(OPERATION.compareExchange, offset, expected, replacement);
  }

  compareExchange64(offset: number, expected: bigint, replacement: bigint): bigint {
    return this.#word64(OPERATION.compareExchange, offset, expected, replacement);
  }

  wait(offset: number, expected: number, timeoutMs: number): number {
    for (let leftMs = timeoutMs; ; leftMs -= MEMORY_LIMITS.waitMsMax) {
      const order = encodeWait({ offset, expected, timeoutMs: Math.min(leftMs, MEMORY_LIMITS.waitMsMax) });
      const { status } = this.#mailbox.ask(MAIL.wait, this.#lease, order);
      const isFirst = leftMs === timeoutMs;
      if (status === WAIT_END.not_equal && !isFirst) return WAIT_END.woken;
      if (status !== WAIT_END.timed_out || leftMs <= MEMORY_LIMITS.waitMsMax) return status;
    }
  }

  notify(offset: number, count: number): number {
    this.#writer.notify(offset, count);
    const answer = this.#send();
    return answer.status === ok ? answer.view.getUint32(answer.dataAt, true) : answer.status;
  }

  structure(call: Uint8Array, answer: Uint8Array): number {
    if (call.length > CALL_BYTES_MAX) return invalidArgument;
    this.#writer.call(call);
    const { status, bytes, dataAt, dataBytes } = this.#send();
    if (status !== ok) return status;
    if (dataBytes > answer.length) return capacityExceeded;
    answer.set(bytes.subarray(dataAt, dataAt + dataBytes));
    return dataBytes;
  }

  query(): LeaseStand | number {
    return this.#leaseMail.query();
  }

  renew(ttlMs: number): number {
    return this.#leaseMail.renew(ttlMs);
  }

  free(): number {
    return this.#leaseMail.free();
  }

  #word32(code: AtomicCode, offset: number, value: number, replacement: number): number {
    this.#writer.atomic32(code, offset, value, replacement);
    const answer = this.#send();
    return answer.status === ok ? answer.view.getUint32(answer.dataAt, true) : answer.status;
  }

  #word64(code: AtomicCode, offset: number, value: bigint, replacement: bigint): bigint {
    this.#writer.atomic64(code, offset, value, replacement);
    const answer = this.#send();
    return answer.status === ok ? answer.view.getBigUint64(answer.dataAt, true) : BigInt(answer.status);
  }

  /** Sends parts cut to what batches hold, one batch after the other, until one fails. */
  #inBatches(
    parts: readonly RegionPart[],
    roomIn: Room,
    put: (writer: BatchWriter, piece: RegionPart) => void,
    take: (answer: AnswerReader, piece: RegionPart) => void = () => undefined,
  ): number {
    if (parts.every(({ bytes }) => bytes.length === 0)) return this.status();
    const writer = this.#writer;
    let pieces: RegionPart[] = [];
    const flush = (): number => {
      const reader = this.#send();
      for (const [index, piece] of pieces.entries()) {
        if (index > 0 && !reader.next()) return disconnected;
        if (reader.status !== ok) return reader.status;
        take(reader, piece);
      }
      pieces = [];
      return ok;
    };
    for (const { offset, bytes } of parts) {
      for (let at = 0; at < bytes.length;) {
        const room = roomIn(writer);
        if (room < 1) {
          const status = flush();
          if (status !== ok) return status;
          continue;
        }
        const piece = { offset: offset + at, bytes: bytes.subarray(at, at + room) };
        put(writer, piece);
        pieces.push(piece);
        at += piece.bytes.length;
      }
    }
    return pieces.length > 0 ? flush() : ok;
  }

  /** Sends the batch as it is and answers its first answer; a batch that got none has failed as a whole. */
  #send(): AnswerReader {
    const { status, data } = this.#mailbox.ask(MAIL.batch, this.#lease, this.#writer.take());
    const reader = new AnswerReader(data);
    if (status !== ok) reader.status = status;
    else if (!reader.next()) reader.status = disconnected;
    return reader;
  }
}
