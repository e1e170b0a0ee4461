/** What is known of one event, for people and for the digest. */
export interface TraceLine {
  readonly step: number;
  readonly atMs: number;
  readonly place: string;
  readonly kind: string;
  readonly text: string;
}

const LINES_KEPT = 400;

/**
 * What happened, one line an event. Keeps the last few hundred lines, or all of them when asked, and a digest over every
 * line and every frame: two runs with one digest did the same.
 */
export class Trace {
  readonly #isWhole: boolean;
  readonly #lines: TraceLine[] = [];
  #high = 0x811c_9dc5;
  #low = 0x9e37_79b9;

  constructor(isWhole: boolean) {
    this.#isWhole = isWhole;
  }

  add(line: TraceLine): void {
    this.#mixNumber(line.step);
    this.#mixNumber(Math.round(line.atMs * 1_000));
    this.#mixText(line.place);
    this.#mixText(line.kind);
    this.#mixText(line.text);
    this.#lines.push(line);
    if (!this.#isWhole && this.#lines.length > 2 * LINES_KEPT) this.#lines.splice(0, LINES_KEPT);
  }

  /** Bytes that crossed the network count towards the digest; they are not written out. */
  mix(bytes: Uint8Array): void {
    for (const byte of bytes) this.#mixNumber(byte);
  }

  digest(): string {
    return [this.#high, this.#low].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  /** The kept lines as columns: step, seconds, where, what kind, what. */
  lines(): readonly string[] {
    return this.#lines.map(({ step, atMs, place, kind, text }) =>
      [String(step).padStart(6), (atMs / 1_000).toFixed(4).padStart(9), place.padEnd(8), kind.padEnd(8), text].join(
        ' ',
      ),
    );
  }

  #mixText(text: string): void {
    for (let index = 0; index < text.length; index++) this.#mixNumber(text.charCodeAt(index));
    this.#mixNumber(text.length);
  }

  #mixNumber(value: number): void {
    this.#high = Math.imul(this.#high ^ value, 0x0100_0193);
    this.#low = Math.imul((this.#low << 13) | (this.#low >>> 19), 5) + (value ^ (this.#high >>> 7));
    this.#low |= 0;
  }
}
