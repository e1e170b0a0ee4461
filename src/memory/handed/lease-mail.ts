import type { Bytes } from '../../core/index.ts';
import type { LeaseStand, TaskletRegion } from '../../tasklet/index.ts';
import { MAIL, type MailboxSender } from './mailbox.ts';

const STAND_BYTES = 24;
const WAIT_BYTES = 16;

export interface WaitOrder {
  readonly offset: number;
  readonly expected: number;
  readonly timeoutMs: number;
}

export function encodeStand({ state, generation, remainingMs }: LeaseStand): Bytes {
  const view = new DataView(new ArrayBuffer(STAND_BYTES));
  view.setFloat64(0, state, true);
  view.setFloat64(8, generation, true);
  view.setFloat64(16, remainingMs, true);
  return new Uint8Array(view.buffer);
}

function decodeStand({ buffer }: Bytes): LeaseStand {
  const view = new DataView(buffer);
  return {
    state: view.getFloat64(0, true),
    generation: view.getFloat64(8, true),
    remainingMs: view.getFloat64(16, true),
  };
}

export function encodeWait({ offset, expected, timeoutMs }: WaitOrder): Bytes {
  const view = new DataView(new ArrayBuffer(WAIT_BYTES));
  view.setFloat64(0, offset, true);
  view.setUint32(8, expected, true);
  view.setUint32(12, timeoutMs, true);
  return new Uint8Array(view.buffer);
}

export function decodeWait({ buffer, byteLength }: Bytes): WaitOrder {
  if (byteLength < WAIT_BYTES) return { offset: 0, expected: 0, timeoutMs: 0 };
  const view = new DataView(buffer);
  return { offset: view.getFloat64(0, true), expected: view.getUint32(8, true), timeoutMs: view.getUint32(12, true) };
}

export function encodeTtl(ttlMs: number): Bytes {
  return new Uint8Array(new Uint32Array([ttlMs]).buffer);
}

export function decodeTtl({ buffer, byteLength }: Bytes): number {
  return byteLength < 4 ? 0 : new DataView(buffer).getUint32(0, true);
}

/** What a tasklet may ask about a lease itself. */
export type LeaseQuestions = Pick<TaskletRegion, 'query' | 'renew' | 'free'>;

/** The cell answers them, wherever the bytes are. */
export class LeaseMail implements LeaseQuestions {
  readonly #mailbox: MailboxSender;
  readonly #lease: number;

  constructor(mailbox: MailboxSender, lease: number) {
    this.#mailbox = mailbox;
    this.#lease = lease;
  }

  query(): LeaseStand | number {
    const { status, data } = this.#mailbox.ask(MAIL.query, this.#lease);
    return status === 0 ? decodeStand(data) : status;
  }

  renew(ttlMs: number): number {
    return this.#mailbox.ask(MAIL.renew, this.#lease, encodeTtl(ttlMs)).status;
  }

  free(): number {
    return this.#mailbox.ask(MAIL.free, this.#lease).status;
  }
}
