import { RELAY_LIMITS, WIRE_LIMITS, type Bytes } from '../../core/index.ts';
import { decodeSealed, encodeSealed, FrameParts, partsOf } from './record.ts';
import type { SealingKey } from './secrecy.ts';

export interface SealedFlowEvents {
  /** Hands a record to the carrier; resolves with whether the far end has it. */
  post(record: Bytes): Promise<boolean>;
  drained(): void;
  /** The far end has everything that was sent. */
  emptied(): void;
  ended(why: 'stranded' | 'worn'): void;
}

/**
 * One channel of a relayed link, outwards: frames become numbered records, sealed in order, of which only a window is under
 * way. What the window does not take waits, and counts as buffered.
 */
export class SealedFlow {
  readonly #key: SealingKey;
  readonly #events: SealedFlowEvents;
  readonly #waiting: Bytes[] = [];
  #sealing: Promise<void> = Promise.resolve();
  #counter = 0;
  #bufferedBytes = 0;
  #underWayBytes = 0;
  #underWay = 0;
  #isOver = false;

  constructor(key: SealingKey, events: SealedFlowEvents) {
    this.#key = key;
    this.#events = events;
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  send(frame: Bytes): void {
    for (const plain of partsOf(frame)) {
      this.#waiting.push(plain);
      this.#bufferedBytes += plain.length;
    }
    this.#pump();
  }

  close(): void {
    this.#isOver = true;
    this.#waiting.length = 0;
  }

  #pump(): void {
    while (this.#underWay < RELAY_LIMITS.windowRecordsMax && this.#underWayBytes < RELAY_LIMITS.windowBytes) {
      const plain = this.#waiting.shift();
      if (!plain) return;
      if (this.#counter >= RELAY_LIMITS.recordsMax) return this.#end('worn');
      this.#underWay++;
      this.#underWayBytes += plain.length;
      const counter = this.#counter++;
      const sealed = this.#key.seal(counter, plain);
      this.#sealing = this.#sealing.then(async () => this.#post(counter, plain.length, await sealed));
    }
  }

  #post(counter: number, plainBytes: number, sealed: Bytes): void {
    if (this.#isOver) return;
    void this.#events.post(encodeSealed(counter, sealed)).then((isThere) => {
      if (this.#isOver) return;
      if (!isThere) return this.#end('stranded');
      this.#underWay--;
      this.#underWayBytes -= plainBytes;
      const low = WIRE_LIMITS.channelBufferedLowBytes;
      const wasHigh = this.#bufferedBytes > low;
      this.#bufferedBytes -= plainBytes;
      this.#pump();
      if (wasHigh && this.#bufferedBytes <= low) this.#events.drained();
      if (this.#bufferedBytes === 0) this.#events.emptied();
    });
  }

  #end(why: 'stranded' | 'worn'): void {
    this.close();
    this.#events.ended(why);
  }
}

/** What a carrier did to a record that it should have passed on as it was. */
export type Tampering = 'malformed' | 'forged' | 'replayed' | 'missing';

export interface OpenedFlowEvents {
  frame(frame: Bytes): void;
  ended(why: Tampering): void;
}

/** One channel of a relayed link, inwards: takes each record once, in its order and as it was sent, or none after it. */
export class OpenedFlow {
  readonly #key: SealingKey;
  readonly #events: OpenedFlowEvents;
  readonly #parts = new FrameParts();
  #opening: Promise<void> = Promise.resolve();
  #expected = 0n;
  #isOver = false;

  constructor(key: SealingKey, events: OpenedFlowEvents) {
    this.#key = key;
    this.#events = events;
  }

  receive(record: Uint8Array): void {
    if (this.#isOver) return;
    const read = decodeSealed(record);
    if (!read) return this.#end('malformed');
    if (read.counter !== this.#expected) return this.#end(read.counter < this.#expected ? 'replayed' : 'missing');
    this.#expected++;
    const opened = this.#key.open(Number(read.counter), read.sealed);
    this.#opening = this.#opening.then(async () => this.#take(await opened));
  }

  close(): void {
    this.#isOver = true;
  }

  #take(plain: Bytes | undefined): void {
    if (this.#isOver) return;
    if (!plain) return this.#end('forged');
    const frame = this.#parts.add(plain);
    if (frame === 'malformed') this.#end('malformed');
    else if (frame) this.#events.frame(frame);
  }

  #end(why: Tampering): void {
    this.close();
    this.#events.ended(why);
  }
}
