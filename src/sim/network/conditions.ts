/**
 * The weather from one machine to another. It belongs to the pair, so that a fresh link does not escape a partition.
 * Reasons to hold frames back are counted, because faults overlap.
 */
export class Conditions {
  /** Added to every frame's way. */
  extraDelayMs = 0;
  /** Frames to deliver twice, and frames that later ones may overtake: what no honest channel does. */
  duplicates = 0;
  reorders = 0;
  readonly #cleared: (() => void)[] = [];
  #blocks = 0;
  #presses = 0;

  /** Nothing gets through; what is sent waits, as retransmissions do. */
  get isBlocked(): boolean {
    return this.#blocks > 0;
  }

  /** The channel takes no more: its buffer is full. */
  get isPressed(): boolean {
    return this.#presses > 0;
  }

  get isHeld(): boolean {
    return this.#blocks > 0 || this.#presses > 0;
  }

  block(): () => void {
    this.#blocks++;
    return this.#once(() => this.#blocks--);
  }

  press(): () => void {
    this.#presses++;
    return this.#once(() => this.#presses--);
  }

  /** Calls `action` whenever frames may go on. */
  whenCleared(action: () => void): void {
    this.#cleared.push(action);
  }

  #once(undo: () => void): () => void {
    let isDone = false;
    return () => {
      if (isDone) return;
      isDone = true;
      undo();
      if (!this.isHeld) for (const action of this.#cleared) action();
    };
  }
}
