/** Where an event happens: a tab, which may be frozen or gone by then, or the world itself. */
export interface Place {
  readonly name: string;
  readonly state: 'running' | 'frozen' | 'gone';
  /** Keeps an event that came while the place is frozen. */
  hold(event: SimEvent): void;
}

/** What kind of thing an event is to a tab: its own timer, something from outside, or a step of the simulator. */
export type EventKind = 'timer' | 'frame' | 'link' | 'port' | 'act' | 'fault';

export interface SimEvent {
  readonly place: Place | undefined;
  readonly kind: EventKind;
  readonly text: string;
  readonly action: () => void;
  atMs: number;
  order: number;
  isCancelled: boolean;
}

/**
 * One queue for everything that will happen, in the order of its instants, then of its making. Simulated time is the
 * instant of the event taken last.
 */
export class EventQueue {
  readonly #heap: SimEvent[] = [];
  #nowMs = 0;
  #made = 0;

  /** Simulated milliseconds since the beginning. No cell sees it; each has a clock of its own. */
  get nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, kind: EventKind, place: Place | undefined, text: string, action: () => void): SimEvent {
    const event = { place, kind, text, action, atMs: 0, order: 0, isCancelled: false };
    this.again(event, delayMs);
    return event;
  }

  /** Puts an event that was taken back in, `delayMs` from now. */
  again(event: SimEvent, delayMs: number): void {
    event.atMs = this.#nowMs + Math.max(0, delayMs);
    event.order = this.#made++;
    this.#heap.push(event);
    this.#rise(this.#heap.length - 1);
  }

  /** When the next event is due; undefined when nothing will ever happen again. */
  nextAtMs(): number | undefined {
    return this.#heap[0]?.atMs;
  }

  /** Takes the next event and moves time to it. */
  take(): SimEvent | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (!first || !last) return undefined;
    if (first !== last) {
      this.#heap[0] = last;
      this.#sink();
    }
    this.#nowMs = Math.max(this.#nowMs, first.atMs);
    return first;
  }

  #rise(from: number): void {
    let child = from;
    const moving = this.#heap[child];
    while (moving && child > 0) {
      const above = (child - 1) >> 1;
      const parent = this.#heap[above];
      if (!parent || isBefore(parent, moving)) break;
      this.#heap[child] = parent;
      this.#heap[above] = moving;
      child = above;
    }
  }

  #sink(): void {
    let place = 0;
    const moving = this.#heap[0];
    while (moving) {
      const right = 2 * place + 2;
      const leftEvent = this.#heap[right - 1];
      const rightEvent = this.#heap[right];
      const isRight = leftEvent && rightEvent && isBefore(rightEvent, leftEvent);
      const least = isRight ? rightEvent : leftEvent;
      if (!least || isBefore(moving, least)) break;
      const below = isRight ? right : right - 1;
      this.#heap[place] = least;
      this.#heap[below] = moving;
      place = below;
    }
  }
}

function isBefore(left: SimEvent, right: SimEvent): boolean {
  return left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);
}
