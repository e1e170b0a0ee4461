import { assert, WARM_LIMITS } from '../../../core/index.ts';
import { HEAD_BYTES } from '../transcript.ts';

/** Words of the header, 32 bits each. */
export const WORD = {
  /** 0 while calls may be done, then the number of the code that it ended with. */
  state: 0,
  /** When the leases end, in milliseconds from the base: no call begins from then on. */
  deadlineMs: 1,
  /** 1 when the instance is to come to its end. */
  finish: 2,
  callHead: 4,
  callTail: 5,
  answerHead: 6,
  answerTail: 7,
  /** Counts of wake-ups: of the instance, and of its caller. */
  callBell: 8,
  answerBell: 9,
  isServerParked: 10,
  isCallerParked: 11,
  callsBegun: 12,
  callsEnded: 13,
  /** When the call under way began, in milliseconds from the base. */
  begunAtMs: 14,
  /** How many calls the transcript counts; which of its two places holds is the lowest bit. */
  published: 15,
} as const;

const BASE_AT = 64;
const PLACES_AT = 80;
const PLACE_BYTES = 16 + HEAD_BYTES;
const HEADER_BYTES = 256;

export const RING_BUFFER_BYTES = HEADER_BYTES + 2 * WARM_LIMITS.ringBytes;

/** The shared memory between a caller, an instance and the cell that keeps it. */
export class RingMemory {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly calls: Uint8Array<SharedArrayBuffer>;
  readonly answers: Uint8Array<SharedArrayBuffer>;
  readonly #base: Float64Array<SharedArrayBuffer>;
  readonly #places: readonly Place[];

  constructor(buffer: SharedArrayBuffer) {
    assert(buffer.byteLength === RING_BUFFER_BYTES, 'the memory of a warm tasklet has its own size');
    const { ringBytes } = WARM_LIMITS;
    this.words = new Int32Array(buffer, 0, BASE_AT / 4);
    this.#base = new Float64Array(buffer, BASE_AT, 1);
    this.#places = [0, 1].map((index) => new Place(buffer, PLACES_AT + index * PLACE_BYTES));
    this.calls = new Uint8Array(buffer, HEADER_BYTES, ringBytes);
    this.answers = new Uint8Array(buffer, HEADER_BYTES + ringBytes, ringBytes);
  }

  /** What times are counted from, on the clock that all threads of a tab share. Written once, before anyone else sees it. */
  get baseMs(): number {
    return this.#base[0] ?? 0;
  }

  set baseMs(atMs: number) {
    this.#base[0] = atMs;
  }

  /** One of the two places of the transcript: that which holds after so many calls. */
  place(calls: number): Place {
    const place = this.#places[calls & 1];
    assert(place !== undefined, 'there are two places');
    return place;
  }
}

/** Where the transcript is written down, so that it outlives the thread that writes it. */
class Place {
  readonly #numbers: Float64Array<SharedArrayBuffer>;
  readonly #head: Uint8Array<SharedArrayBuffer>;

  constructor(buffer: SharedArrayBuffer, at: number) {
    this.#numbers = new Float64Array(buffer, at, 2);
    this.#head = new Uint8Array(buffer, at + 16, HEAD_BYTES);
  }

  write(calls: number, fuelUsed: number, head: Uint8Array): void {
    this.#numbers[0] = calls;
    this.#numbers[1] = fuelUsed;
    this.#head.set(head);
  }

  read() {
    return { calls: this.#numbers[0] ?? 0, fuelUsed: this.#numbers[1] ?? 0, head: new Uint8Array(this.#head) };
  }
}
