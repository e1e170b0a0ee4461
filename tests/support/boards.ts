import {
  utf8,
  sha256,
  type Bytes,
  type CellId,
  type Clock,
  type RunId,
  type Signer,
  type Timer,
  type Timers,
} from '../../src/core/index.ts';
import {
  MemoryEndpoint,
  Switchboard,
  type HelloFault,
  type RawLink,
  type SessionEnd,
  type Transport,
} from '../../src/transport/index.ts';
import { testEnv, type TestEnv } from './env.ts';
import { testSigner } from './signer.ts';
import type { ManualTime } from './time.ts';

/** A switchboard at a memory endpoint, with what its listeners heard. */
export interface TestBoard {
  readonly env: TestEnv;
  readonly signer: Signer;
  readonly endpoint: MemoryEndpoint;
  readonly board: Switchboard;
  readonly self: CellId;
  /** `joined <cell>`, `relinked <cell>`, `left <cell> <end>`, `refused <code> <role>`, in order. */
  readonly heard: string[];
  /** From now on nothing gets out or in, as when the tab has crashed: no goodbye, no closed link. */
  crash(): void;
  /**
   * The tab takes no step until what this answers is called: its timers and the frames either way are held back, and with
   * `standing` its clock stands for good, so that it never knows of the pause.
   */
  pause(clock: 'running' | 'standing'): () => void;
}

export interface BoardOptions {
  /** Text of the fabric's key; equal for members of one fabric. */
  readonly fabric?: string;
  /** Tells a reloaded tab from its former self. */
  readonly session?: number;
  readonly signer?: Signer;
  /** What its links are called, where they can be mended. */
  readonly dial?: RunId;
}

export const helloKeyOf = (fabric: string): Bytes => sha256(utf8(`fabric ${fabric}`));

export function testBoard(time: ManualTime, name: string, options: BoardOptions = {}): TestBoard {
  const session = new Uint8Array(8).fill(options.session ?? 1);
  const wire = testEnv(time, `${name}/${session[0] ?? 0}`);
  const tab = new TabTime(time);
  const env = { ...wire, clock: tab, timers: tab };
  const signer = options.signer ?? testSigner(name);
  const endpoint = new MemoryEndpoint(wire);
  const plug = { isPulled: false };
  const board = new Switchboard(env, plugged(endpoint, plug, tab, options.dial), {
    helloKey: helloKeyOf(options.fabric ?? 'ours'),
    signer,
    session,
  });
  const heard: string[] = [];
  board.listen({
    joined: (cell: CellId) => heard.push(`joined ${cell}`),
    left: (cell: CellId, end: SessionEnd) => heard.push(`left ${cell} ${end}`),
    relinked: (cell: CellId) => heard.push(`relinked ${cell}`),
    refused: (fault: HelloFault, role) => heard.push(`refused ${fault.code} ${role}`),
  });
  const crash = (): void => {
    plug.isPulled = true;
  };
  const pause = (clock: 'running' | 'standing'): (() => void) => tab.pause(clock);
  return { env, signer, endpoint, board, self: board.self, heard, crash, pause };
}

/** The time of one tab, and what waits while the tab is paused. */
class TabTime implements Clock, Timers {
  readonly #time: ManualTime;
  readonly #held: (() => void)[] = [];
  #isPaused = false;
  #standsAtMs: number | undefined;
  #behindMs = 0;

  constructor(time: ManualTime) {
    this.#time = time;
  }

  nowMs(): number {
    return this.#standsAtMs ?? this.#time.nowMs() - this.#behindMs;
  }

  wallMs(): number {
    return this.#time.wallMs();
  }

  after(delayMs: number, action: () => void): Timer {
    let isCancelled = false;
    const timer = this.#time.after(delayMs, () =>
      this.act(() => {
        if (!isCancelled) action();
      }),
    );
    return {
      cancel: () => {
        isCancelled = true;
        timer.cancel();
      },
    };
  }

  /** Now, or when the pause is over. */
  act(action: () => void): void {
    if (this.#isPaused) this.#held.push(action);
    else action();
  }

  pause(clock: 'running' | 'standing'): () => void {
    if (clock === 'standing') this.#standsAtMs = this.nowMs();
    this.#isPaused = true;
    return () => {
      this.#behindMs = this.#time.nowMs() - (this.#standsAtMs ?? this.#time.nowMs() - this.#behindMs);
      this.#standsAtMs = undefined;
      this.#isPaused = false;
      for (const action of this.#held.splice(0)) action();
    };
  }
}

/** The transport of a cell, through a plug that can be pulled, in a tab that can be paused. */
function plugged(
  endpoint: MemoryEndpoint,
  plug: { readonly isPulled: boolean },
  tab: TabTime,
  dial?: RunId,
): Transport {
  return {
    listen: (accept) =>
      endpoint.listen((raw) => {
        const link: RawLink = {
          role: raw.role,
          ...(dial === undefined ? {} : { dial }),
          localFingerprint: raw.localFingerprint,
          remoteFingerprint: raw.remoteFingerprint,
          send: (channel, frame) => {
            const sent = frame.slice();
            tab.act(() => {
              if (!plug.isPulled) raw.send(channel, sent);
            });
          },
          bufferedBytes: (channel) => raw.bufferedBytes(channel),
          close: () => {
            if (!plug.isPulled) raw.close();
          },
        };
        const listener = accept(link);
        return {
          frame: (channel, bytes) => {
            tab.act(() => {
              if (!plug.isPulled) listener.frame(channel, bytes);
            });
          },
          drained: (channel) => listener.drained(channel),
          closed: () => listener.closed(),
        };
      }),
  };
}

/** Links two boards and lets their hello run. Answers how to cut the link. */
export async function link(time: ManualTime, dialer: TestBoard, answerer: TestBoard): Promise<() => void> {
  const cut = dialer.endpoint.dial(answerer.endpoint);
  await time.advance(10);
  return cut;
}
