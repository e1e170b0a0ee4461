import { exportedCounter } from './engine.ts';

/** One call out of the module: its name, its arguments, and the count that stood in the module's counter then. */
export interface HostCall {
  readonly text: string;
  readonly spent: bigint;
}

/** Calls into the module from a host call within a host call. */
const REENTRY_DEPTH_MAX = 2;
/** Calls into the module from its host, in all. */
const REENTRIES_MAX = 10;

/**
 * What generated modules import. The host may charge for what it does, as the cell does for bytes moved, through the
 * module's own counter.
 */
export class Host {
  readonly calls: HostCall[] = [];
  /** What a host call may call back, set once there is an instance. */
  reenter: (() => unknown) | undefined;
  private depth = 0;
  private reentries = 0;
  private counter: WebAssembly.Global<'i64'> | undefined;
  private spentAt: (value: bigint) => bigint = () => 0n;
  private chargeDirection = 0n;

  readonly imports: WebAssembly.Imports = {
    host: {
      seven: new WebAssembly.Global({ value: 'i32' }, 7),
      note: (value: number) => {
        this.record(`note ${value}`);
        this.callBack(value);
      },
      pair: (wide: bigint, float: number) => {
        this.record(`pair ${wide} ${float}`);
        return [Number(BigInt.asIntN(8, wide)), wide ^ 0x5555n];
      },
      charge: (value: number) => {
        this.record(`charge ${value}`);
        const units = value & 7;
        if (this.counter) this.counter.value += this.chargeDirection * BigInt(units);
        return units;
      },
    },
  };

  /** Watches a counter that counts up from 0. */
  watchTicks(instance: WebAssembly.Instance, name: string): void {
    this.counter = exportedCounter(instance, name);
    this.spentAt = (value) => value;
    this.chargeDirection = 1n;
  }

  /** Watches a counter that counts down from `budget`. */
  watchFuel(instance: WebAssembly.Instance, name: string, budget: bigint): void {
    this.counter = exportedCounter(instance, name);
    this.spentAt = (value) => budget - value;
    this.chargeDirection = -1n;
  }

  /** Now and then the host calls into the module that is calling it. */
  private callBack(value: number): void {
    if (!this.reenter || this.depth >= REENTRY_DEPTH_MAX || value % 2 !== 0) return;
    if (this.reentries >= REENTRIES_MAX) return;
    this.reentries++;
    this.depth++;
    try {
      this.reenter();
    } finally {
      this.depth--;
    }
  }

  private record(text: string): void {
    this.calls.push({ text, spent: this.counter ? this.spentAt(this.counter.value) : 0n });
  }
}
