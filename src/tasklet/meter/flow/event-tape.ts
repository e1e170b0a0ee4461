/** Numbers that each event takes. */
const STRIDE = 4;
const ACT_BITS = 5;
const ACT_MASK = (1 << ACT_BITS) - 1;

/**
 * What in a module's bodies the control flow depends on, written down while they are validated so that none is decoded
 * twice. Each event is an instruction that is not merely paid for, with what is paid for since the event before.
 */
export class EventTape {
  /** The event that {@link next} came to: what it does, as ACT says, */
  act = 0;
  /** the fuel of what is paid for between it and the event before, */
  cost = 0;
  /** where its instruction begins and ends, */
  at = 0;
  end = 0;
  /** and the block type, or else the first index, in it. */
  operand = 0;
  private words: Int32Array;
  private length = 0;
  /** By body: where its events begin. They end where those of the next body begin. */
  private readonly starts: Int32Array;
  private place = 0;
  private stop = 0;

  /** `sizeBytes`: of the module. */
  constructor(bodyCount: number, sizeBytes: number) {
    // Ordinary code writes about half a number for each of its bytes.
    this.words = new Int32Array(STRIDE * Math.ceil((sizeBytes + 1) / 8));
    this.starts = new Int32Array(bodyCount + 1);
  }

  /** What is added from now on are events of the body `index`; bodies come in their order. */
  begin(index: number): void {
    this.starts[index] = this.length;
  }

  add(act: number, cost: number, at: number, end: number, operand: number): void {
    const { length } = this;
    if (length === this.words.length) this.grow();
    const { words } = this;
    // A body has less than 2^23 bytes, so the cost leaves room for the act.
    words[length] = (cost << ACT_BITS) | act;
    words[length + 1] = at;
    words[length + 2] = end;
    words[length + 3] = operand;
    this.length = length + STRIDE;
  }

  /** No body comes any more. */
  finish(): void {
    this.starts[this.starts.length - 1] = this.length;
  }

  /** Goes to before the first event of the body `index`. */
  seek(index: number): void {
    this.place = this.starts[index] ?? 0;
    this.stop = this.starts[index + 1] ?? 0;
  }

  /** Comes to the next event, if the body has one. */
  next(): boolean {
    const { words, place } = this;
    if (place === this.stop) return false;
    const first = words[place] ?? 0;
    this.act = first & ACT_MASK;
    this.cost = first >>> ACT_BITS;
    this.at = words[place + 1] ?? 0;
    this.end = words[place + 2] ?? 0;
    this.operand = words[place + 3] ?? 0;
    this.place = place + STRIDE;
    return true;
  }

  private grow(): void {
    const grown = new Int32Array(this.words.length * 2);
    grown.set(this.words);
    this.words = grown;
  }
}
