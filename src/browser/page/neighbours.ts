import type { NeighbourClaim } from '../../cell/index.ts';
import { isCellId, isLeaseId, MEMORY_LIMITS } from '../../core/index.ts';

/** Says that a cell lives in the window it comes from; with a claim, and a port for the answer, that it looks for a buffer. */
interface NeighbourMessage {
  readonly kind: typeof KIND;
  readonly claim?: NeighbourClaim;
}

export interface NeighbourEvents {
  /** There is somebody beside this page. */
  found(): void;
  /** What this page's cell answers to a claim. */
  redeem(claim: NeighbourClaim): Promise<SharedArrayBuffer | undefined>;
}

const KIND = 'grafos-web.neighbour';
const TICKET_BYTES = 16;

/**
 * The windows beside this page that may share memory with it: its opener, its parent, its frames, and those that have
 * spoken to it. Only those of this page's own origin are spoken to, and listened to.
 */
export class NeighbourWindows {
  readonly #events: NeighbourEvents;
  readonly #heardFrom = new Set<Window>();
  /** Those that let a question pass: they are still asked, but not waited for until they say something. */
  readonly #silent = new WeakSet<Window>();

  constructor(events: NeighbourEvents, signal: AbortSignal) {
    this.#events = events;
    // A buffer is shared by pages that are isolated, and by no others.
    if (!crossOriginIsolated) return;
    addEventListener('message', (event) => this.#heard(event), { signal });
    const beside = this.#windows();
    for (const window of beside) window.postMessage({ kind: KIND } satisfies NeighbourMessage, location.origin);
    if (beside.length > 0) events.found();
  }

  /** The buffer that the first of them has for the claim; undefined when none has, or none says so in time. */
  show(claim: NeighbourClaim): Promise<SharedArrayBuffer | undefined> {
    const windows = this.#windows();
    const awaited = windows.filter((window) => !this.#silent.has(window));
    return new Promise((resolve) => {
      let waitingFor = awaited.length;
      const answered = (window: Window, buffer?: SharedArrayBuffer): void => {
        if (awaited.includes(window)) waitingFor--;
        if (buffer || waitingFor <= 0) resolve(buffer);
      };
      for (const window of windows) this.#ask(window, claim, (buffer) => answered(window, buffer));
      if (waitingFor <= 0) resolve(undefined);
    });
  }

  #ask(window: Window, claim: NeighbourClaim, answered: (buffer?: SharedArrayBuffer) => void): void {
    const { port1, port2 } = new MessageChannel();
    const late = setTimeout(() => {
      this.#silent.add(window);
      answered();
    }, MEMORY_LIMITS.neighbourMsMax);
    const said = (data?: unknown): void => {
      clearTimeout(late);
      port1.close();
      this.#silent.delete(window);
      answered(data instanceof SharedArrayBuffer ? data : undefined);
    };
    port1.onmessage = ({ data }) => said(data);
    // It has the buffer, but is of another agent cluster.
    port1.onmessageerror = () => said();
    window.postMessage({ kind: KIND, claim } satisfies NeighbourMessage, location.origin, [port2]);
  }

  #heard(event: MessageEvent<unknown>): void {
    const { data, source, origin, ports } = event;
    if (origin !== location.origin || !isNeighbourMessage(data) || !isWindow(source)) return;
    this.#silent.delete(source);
    this.#heardFrom.add(source);
    this.#events.found();
    const [port] = ports;
    if (data.claim && port) void this.#answer(data.claim, port);
  }

  async #answer(claim: NeighbourClaim, port: MessagePort): Promise<void> {
    const buffer = await this.#events.redeem(claim).catch(() => undefined);
    port.postMessage(buffer);
  }

  #windows(): readonly Window[] {
    for (const window of this.#heardFrom) if (window.closed) this.#heardFrom.delete(window);
    const frames = Array.from({ length: window.length }, (_, index) => window[index]);
    const all = new Set([opener(), window.parent, ...frames, ...this.#heardFrom]);
    all.delete(window);
    return [...all].filter(isOfThisOrigin).slice(0, MEMORY_LIMITS.neighboursMax);
  }
}

function opener(): Window | null {
  // The library has it as `any`.
  return window.opener as Window | null;
}

function isOfThisOrigin(other: Window | null | undefined): other is Window {
  try {
    return other?.closed === false && other.origin === location.origin;
  } catch {
    return false;
  }
}

function isWindow(source: MessageEventSource | null): source is Window {
  return source !== null && 'closed' in source;
}

function isNeighbourMessage(data: unknown): data is NeighbourMessage {
  if (typeof data !== 'object' || data === null || !('kind' in data) || data.kind !== KIND) return false;
  return !('claim' in data) || isClaim(data.claim);
}

function isClaim(claim: unknown): claim is NeighbourClaim {
  if (typeof claim !== 'object' || claim === null) return false;
  if (!('cell' in claim && 'leaseId' in claim && 'ticket' in claim && 'tab' in claim)) return false;
  const { cell, leaseId, ticket, tab } = claim;
  const isNamed = typeof cell === 'string' && isCellId(cell) && typeof leaseId === 'string' && isLeaseId(leaseId);
  return isNamed && ticket instanceof Uint8Array && ticket.length === TICKET_BYTES && Number.isSafeInteger(tab);
}
