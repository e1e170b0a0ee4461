/**
 * The four things a cell needs from the world besides its ports. They come in through constructors and nowhere else,
 * so that the simulator can run the very cell that ships.
 */
export interface Env {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
}

export interface Clock {
  /** Milliseconds on a clock that never goes back. Only differences mean anything; used for every deadline. */
  nowMs(): number;
  /** Unix time in milliseconds, as the host believes it. For records that people read, never for a deadline. */
  wallMs(): number;
}

export interface Timers {
  /** Calls `action` once, `delayMs` or more from now. */
  after(delayMs: number, action: () => void): Timer;
}

export interface Timer {
  /** Forgets the action if it has not run yet. Harmless afterwards. */
  cancel(): void;
}

export interface Random {
  /** `sizeBytes` unpredictable bytes. */
  bytes(sizeBytes: number): Uint8Array<ArrayBuffer>;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface Log {
  /** One fact worth keeping; `detail` holds plain values only. */
  write(level: LogLevel, message: string, detail?: Readonly<Record<string, string | number | boolean>>): void;
}
