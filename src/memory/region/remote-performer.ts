import { FabricError, failure, MEMORY_LIMITS, type Bytes, type FabricFailure, type Result } from '../../core/index.ts';
import { AnswerReader, BatchWriter, CALL_BYTES_MAX, type AtomicCode } from '../batch/index.ts';
import type { RegionDoor } from '../region-door.ts';
import type { WaitEnd } from '../region.ts';
import { failureOfStatus, MEMORY_STATUS } from '../status.ts';
import { fillSteps, LongIssue, readSteps, ShortIssue, writeSteps, type Issue, type Part } from './issues.ts';
import type { Performer } from './performer.ts';

/**
 * Operations that travel to the owner of the bytes.
 * 1. What is asked in one turn goes in one batch; while as many batches are under way as may be, what comes up meanwhile
 *    goes in the next.
 * 2. They are executed in the order in which they were asked.
 * 3. What waits is bounded: beyond that, operations are refused with `capacity_exceeded`.
 */
export class RemotePerformer implements Performer {
  readonly #door: RegionDoor;
  readonly #writer = new BatchWriter();
  #queue: Issue[] = [];
  #queuedBytes = 0;
  #inFlight = 0;
  #isDue = false;

  constructor(door: RegionDoor) {
    this.#door = door;
  }

  read(offset: number, length: number): Promise<Bytes> {
    return this.#isRange(offset, length) ? this.#ask(new LongIssue(length, readSteps(offset, length))) : outside();
  }

  write(offset: number, bytes: Uint8Array): Promise<void> {
    if (!this.#isRange(offset, bytes.length)) return outside();
    return this.#ask(new LongIssue(bytes.length, writeSteps(offset, bytes)));
  }

  fill(offset: number, length: number, value: number): Promise<void> {
    return this.#isRange(offset, length) ? this.#ask(new LongIssue(length, fillSteps(offset, value))) : outside();
  }

  atomic32(code: AtomicCode, offset: number, value: number, replacement: number): Promise<number> {
    if (!this.#isRange(offset, 4) || offset % 4 !== 0) return outside();
    return this.#ask(
      new ShortIssue(
        ATOMIC_BYTES,
        (writer) => {
          const isRoom = writer.room >= ATOMIC_BYTES && writer.answerRoom >= ATOMIC_BYTES;
          if (isRoom) writer.atomic32(code, offset, value, replacement);
          return isRoom;
        },
        ({ view, dataAt, dataBytes }) => (dataBytes === 4 ? view.getUint32(dataAt, true) : 0),
      ),
    );
  }

  atomic64(code: AtomicCode, offset: number, value: bigint, replacement: bigint): Promise<bigint> {
    if (!this.#isRange(offset, 8) || offset % 8 !== 0) return outside();
    return this.#ask(
      new ShortIssue(
        ATOMIC_BYTES,
        (writer) => {
          const isRoom = writer.room >= ATOMIC_BYTES && writer.answerRoom >= ATOMIC_BYTES;
          if (isRoom) writer.atomic64(code, offset, value, replacement);
          return isRoom;
        },
        ({ view, dataAt, dataBytes }) => (dataBytes === 8 ? view.getBigUint64(dataAt, true) : 0n),
      ),
    );
  }

  notify(offset: number, count: number): Promise<number> {
    if (!this.#isRange(offset, 4) || offset % 4 !== 0) return outside();
    return this.#ask(
      new ShortIssue(
        0,
        (writer) => {
          const isRoom = writer.room >= 0 && writer.answerRoom >= ATOMIC_BYTES;
          if (isRoom) writer.notify(offset, count);
          return isRoom;
        },
        ({ view, dataAt, dataBytes }) => (dataBytes === 4 ? view.getUint32(dataAt, true) : 0),
      ),
    );
  }

  call(call: Uint8Array): Promise<Bytes> {
    if (call.length > CALL_BYTES_MAX) {
      return refused(failure('invalid_argument', `a call of a structure is at most ${CALL_BYTES_MAX} bytes`));
    }
    return this.#ask(
      new ShortIssue(
        call.length,
        (writer) => {
          const isRoom = writer.callRoom >= call.length;
          if (isRoom) writer.call(call);
          return isRoom;
        },
        ({ bytes, dataAt, dataBytes }) => new Uint8Array(bytes.subarray(dataAt, dataAt + dataBytes)),
      ),
    );
  }

  async wait(offset: number, expected: number, timeoutMs: number): Promise<WaitEnd> {
    if (!this.#isRange(offset, 4) || offset % 4 !== 0) return outside();
    await this.#settled();
    return valueOrThrow(await this.#door.wait(offset, expected, timeoutMs));
  }

  async notices(seen: number | undefined, timeoutMs: number): Promise<number> {
    await this.#settled();
    return valueOrThrow(await this.#door.notices(seen, timeoutMs));
  }

  /** A wait travels by itself: what was asked before has to have been done before. */
  async #settled(): Promise<void> {
    if (this.#queue.length === 0 && this.#inFlight === 0) return;
    await this.read(0, 0).catch(() => undefined);
  }

  #ask<T>(issue: Issue & { readonly promise: Promise<T> }): Promise<T> {
    const queuedBytes = this.#queuedBytes + issue.queuedBytes;
    const isFull = this.#queue.length >= MEMORY_LIMITS.queuedOperationsMax;
    if (isFull || (this.#queue.length > 0 && queuedBytes > MEMORY_LIMITS.queuedBytesMax)) {
      return refused(failure('capacity_exceeded', 'too many operations wait to be sent; await some first'));
    }
    this.#queue.push(issue);
    this.#queuedBytes = queuedBytes;
    if (!this.#isDue) {
      this.#isDue = true;
      void Promise.resolve().then(() => {
        this.#isDue = false;
        this.#send();
      });
    }
    return issue.promise;
  }

  #send(): void {
    let sent = 0;
    while (sent < this.#queue.length && this.#inFlight < MEMORY_LIMITS.batchesInFlightMax) {
      const parts: Part[] = [];
      sent = this.#fill(parts, sent);
      this.#inFlight++;
      void this.#door.operate(this.#writer.take()).then((answer) => {
        this.#inFlight--;
        conclude(parts, answer);
        this.#send();
      });
    }
    if (sent > 0) this.#queue = this.#queue.slice(sent);
  }

  /** Puts what fits into the batch; how many operations of the queue are wholly on their way then. */
  #fill(parts: Part[], from: number): number {
    for (let index = from; ;) {
      const issue = this.#queue[index];
      const part = issue?.put(this.#writer);
      if (!issue || !part) return index;
      parts.push(part);
      if (!issue.isPut) continue;
      this.#queuedBytes -= issue.queuedBytes;
      index++;
    }
  }

  #isRange(offset: number, length: number): boolean {
    const isWhole = Number.isSafeInteger(offset) && Number.isSafeInteger(length);
    return isWhole && offset >= 0 && length >= 0 && offset <= this.#door.sizeBytes - length;
  }
}

/** The most that an atomic brings along. */
const ATOMIC_BYTES = 16;

function conclude(parts: readonly Part[], answer: Result<Bytes, FabricFailure>): void {
  if (!answer.ok) {
    for (const part of parts) part.failed(answer.error);
    return;
  }
  const reader = new AnswerReader(answer.value);
  for (const part of parts) {
    if (reader.next()) part.answered(reader);
    else part.failed(failure('protocol_violation', 'the lessor answered fewer operations than were asked'));
  }
}

function valueOrThrow<T>(result: Result<T, FabricFailure>): T {
  if (!result.ok) throw new FabricError(result.error);
  return result.value;
}

function outside(): Promise<never> {
  return refused(failureOfStatus(MEMORY_STATUS.invalidArgument));
}

function refused(reason: FabricFailure): Promise<never> {
  return Promise.reject(new FabricError(reason));
}
