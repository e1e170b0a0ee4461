import { assert, type Bytes } from '../../core/index.ts';
import { BATCH_BYTES_MAX } from '../batch/index.ts';

/** What a tasklet's worker asks of its cell's. */
export const MAIL = { batch: 1, wait: 2, query: 3, renew: 4, free: 5, more: 6 } as const;
export type MailKind = (typeof MAIL)[keyof typeof MAIL];

/** Stands still until the word is no longer `expected`, somebody notifies it, or for `timeoutMs`. */
export type Park = (
  words: Int32Array<SharedArrayBuffer>,
  index: number,
  expected: number,
  timeoutMs: number,
) => 'ok' | 'not-equal' | 'timed-out';

/** The fields, in 32-bit words, and after them the data. */
const FIELD = { state: 0, kind: 1, lease: 2, dataBytes: 3, status: 4, totalBytes: 5 } as const;
const STATE = { idle: 0, asked: 1, answered: 2 } as const;
const HEADER_BYTES = 32;
/** A waiting worker looks again after this, should a wake-up ever be lost. */
const PARK_SLICE_MS = 1_000;

export const MAILBOX_BYTES = HEADER_BYTES + BATCH_BYTES_MAX;

/** A status of ABI.md §2, or what a wait ended with, and what came with it. */
export interface Reply {
  readonly status: number;
  readonly data: Bytes;
}

export interface Letter {
  readonly kind: MailKind;
  /** Index of the lease. */
  readonly lease: number;
  readonly data: Bytes;
}

const NOTHING: Bytes = new Uint8Array(0);

/** One question at a time between two workers: what is asked goes in, what is answered comes out. */
class Mailbox {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly data: Uint8Array<SharedArrayBuffer>;

  constructor(buffer: SharedArrayBuffer) {
    assert(buffer.byteLength === MAILBOX_BYTES, 'a mailbox has its own size');
    this.words = new Int32Array(buffer, 0, HEADER_BYTES / 4);
    this.data = new Uint8Array(buffer, HEADER_BYTES);
  }

  put(field: keyof typeof FIELD, value: number): void {
    this.words[FIELD[field]] = value;
  }

  take(field: keyof typeof FIELD): number {
    return this.words[FIELD[field]] ?? 0;
  }
}

/** The end of a mailbox at the tasklet's worker, which stands still until it is answered. */
export class MailboxSender {
  readonly #box: Mailbox;
  readonly #ring: () => void;
  readonly #park: Park;

  /** `ring` tells the other end that there is something to take out. */
  constructor(buffer: SharedArrayBuffer, ring: () => void, park: Park) {
    this.#box = new Mailbox(buffer);
    this.#ring = ring;
    this.#park = park;
  }

  ask(kind: MailKind, lease: number, data: Uint8Array = NOTHING): Reply {
    const first = this.#exchange(kind, lease, data);
    const totalBytes = this.#box.take('totalBytes');
    if (first.data.length === totalBytes) return first;
    const whole = new Uint8Array(totalBytes);
    whole.set(first.data);
    for (let at = first.data.length; at < totalBytes;) {
      const { data: piece } = this.#exchange(MAIL.more, lease, NOTHING);
      whole.set(piece, at);
      at += piece.length;
    }
    return { status: first.status, data: whole };
  }

  #exchange(kind: MailKind, lease: number, data: Uint8Array): Reply {
    const box = this.#box;
    box.data.set(data);
    box.put('kind', kind);
    box.put('lease', lease);
    box.put('dataBytes', data.length);
    Atomics.store(box.words, FIELD.state, STATE.asked);
    this.#ring();
    while (Atomics.load(box.words, FIELD.state) === STATE.asked) {
      this.#park(box.words, FIELD.state, STATE.asked, PARK_SLICE_MS);
    }
    Atomics.store(box.words, FIELD.state, STATE.idle);
    return { status: box.take('status'), data: new Uint8Array(box.data.subarray(0, box.take('dataBytes'))) };
  }
}

/** The end of a mailbox at the cell's worker, which never waits. */
export class MailboxReceiver {
  readonly #box: Mailbox;
  /** What of a long answer has not been fetched. */
  #rest: Bytes = NOTHING;

  constructor(buffer: SharedArrayBuffer) {
    this.#box = new Mailbox(buffer);
  }

  /** What is asked; undefined when nothing is, or when the rest of an answer was and has been given. */
  take(): Letter | undefined {
    const box = this.#box;
    if (Atomics.load(box.words, FIELD.state) !== STATE.asked) return undefined;
    const kind = kindOf(box.take('kind'));
    if (kind === undefined || kind === MAIL.more) {
      this.#give(0);
      return undefined;
    }
    const dataBytes = Math.min(box.take('dataBytes') >>> 0, box.data.length);
    return { kind, lease: box.take('lease'), data: new Uint8Array(box.data.subarray(0, dataBytes)) };
  }

  answer({ status, data }: Reply): void {
    this.#rest = data;
    this.#box.put('totalBytes', data.length);
    this.#give(status);
  }

  #give(status: number): void {
    const box = this.#box;
    const piece = this.#rest.subarray(0, box.data.length);
    this.#rest = this.#rest.subarray(piece.length);
    box.data.set(piece);
    box.put('dataBytes', piece.length);
    box.put('status', status);
    Atomics.store(box.words, FIELD.state, STATE.answered);
    Atomics.notify(box.words, FIELD.state);
  }
}

function kindOf(value: number): MailKind | undefined {
  return Object.values(MAIL).find((kind) => kind === value);
}
