import { FabricError, failure, type Bytes, type FabricFailure } from '../../core/index.ts';
import type { AnswerReader, BatchWriter } from '../batch/index.ts';
import { failureOfStatus, MEMORY_STATUS } from '../status.ts';

/** One place in a batch, which hears what became of it. */
export interface Part {
  answered(answer: AnswerReader): void;
  failed(reason: FabricFailure): void;
}

/** An operation of a caller on its way into batches. */
export interface Issue extends Part {
  /** What it is to move, for the bound of the queue. */
  readonly queuedBytes: number;
  /** Whether all of it is in some batch. */
  readonly isPut: boolean;
  /** Writes as much of itself as there is room for; undefined when there is none. */
  put(writer: BatchWriter): Part | undefined;
}

/** A promise together with how to settle it. */
class Settling<T> {
  readonly promise: Promise<T>;
  #resolve: (value: T) => void = () => undefined;
  #reject: (error: FabricError) => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  done(value: T): void {
    this.#resolve(value);
  }

  failed(reason: FabricFailure): void {
    this.#reject(new FabricError(reason));
  }
}

/** An operation that fits one batch whole: an atomic, a notify, a call. */
export class ShortIssue<T> extends Settling<T> implements Issue {
  readonly queuedBytes: number;
  isPut = false;
  readonly #write: (writer: BatchWriter) => boolean;
  readonly #read: (answer: AnswerReader) => T;

  /** `write` says whether there was room. */
  constructor(queuedBytes: number, write: (writer: BatchWriter) => boolean, read: (answer: AnswerReader) => T) {
    super();
    this.queuedBytes = queuedBytes;
    this.#write = write;
    this.#read = read;
  }

  put(writer: BatchWriter): Part | undefined {
    if (!this.#write(writer)) return undefined;
    this.isPut = true;
    return this;
  }

  answered(answer: AnswerReader): void {
    if (answer.status === MEMORY_STATUS.ok) this.done(this.#read(answer));
    else this.failed(failureOfStatus(answer.status));
  }
}

/** An operation over a range, cut into as many parts as it takes. */
export class LongIssue<T> extends Settling<T> implements Issue {
  readonly queuedBytes: number;
  readonly #steps: LongSteps<T>;
  #putBytes = 0;
  #open = 0;

  constructor(queuedBytes: number, steps: LongSteps<T>) {
    super();
    this.queuedBytes = queuedBytes;
    this.#steps = steps;
  }

  get isPut(): boolean {
    return this.#open > 0 && this.#putBytes === this.queuedBytes;
  }

  put(writer: BatchWriter): Part | undefined {
    if (writer.room < 0) return undefined;
    const partAt = this.#putBytes;
    const leftBytes = this.queuedBytes - partAt;
    const partBytes = Math.min(leftBytes, this.#steps.roomIn(writer));
    if (partBytes < Math.min(leftBytes, PART_BYTES_MIN)) return undefined;
    this.#steps.write(writer, partAt, partBytes);
    this.#putBytes += partBytes;
    this.#open++;
    return { answered: (answer) => this.#answered(answer, partAt, partBytes), failed: (reason) => this.failed(reason) };
  }

  answered(): void {
    this.failed(failure('internal', 'a whole range was answered as one'));
  }

  #answered(answer: AnswerReader, partAt: number, partBytes: number): void {
    this.#open--;
    if (answer.status !== MEMORY_STATUS.ok) return this.failed(failureOfStatus(answer.status));
    if (!this.#steps.read(answer, partAt, partBytes)) {
      return this.failed(failure('protocol_violation', 'the lessor answered something else than was asked'));
    }
    if (this.#open === 0 && this.#putBytes === this.queuedBytes) this.done(this.#steps.result());
  }
}

/** A part below this is not worth its header while more is to come. */
const PART_BYTES_MIN = 1_024;

export interface LongSteps<T> {
  roomIn(writer: BatchWriter): number;
  write(writer: BatchWriter, partAt: number, partBytes: number): void;
  /** Whether the answer is what was asked for. */
  read(answer: AnswerReader, partAt: number, partBytes: number): boolean;
  result(): T;
}

export function readSteps(offset: number, length: number): LongSteps<Bytes> {
  const bytes = new Uint8Array(length);
  return {
    roomIn: (writer) => Math.min(writer.answerRoom, writer.movedRoom),
    write: (writer, partAt, partBytes) => writer.read(offset + partAt, partBytes),
    read: ({ bytes: from, dataAt, dataBytes }, partAt, partBytes) => {
      if (dataBytes !== partBytes) return false;
      bytes.set(from.subarray(dataAt, dataAt + dataBytes), partAt);
      return true;
    },
    result: () => bytes,
  };
}

export function writeSteps(offset: number, bytes: Uint8Array): LongSteps<void> {
  return {
    roomIn: (writer) => writer.room,
    write: (writer, partAt, partBytes) => writer.write(offset + partAt, bytes.subarray(partAt, partAt + partBytes)),
    read: () => true,
    result: () => undefined,
  };
}

export function fillSteps(offset: number, value: number): LongSteps<void> {
  return {
    roomIn: (writer) => (writer.room > 0 ? writer.movedRoom : -1),
    write: (writer, partAt, partBytes) => writer.fill(offset + partAt, partBytes, value),
    read: () => true,
    result: () => undefined,
  };
}
