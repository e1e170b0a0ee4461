// What the cell offers a running tasklet besides its input: a log, progress, a clock, random bytes and the fuel gauge.
// Clock and random numbers depend on the run alone, so every cell that repeats the run sees the same ones.
import { utf8 } from './bytes';
import { clock_now, fuel_remaining, log_write, progress_report, random_fill } from './host';

/** One line for people, shown with the run. The profile keeps 256 lines, 64 KiB in all. */
export namespace log {
  export function debug(message: string): void {
    write(0, message);
  }

  export function info(message: string): void {
    write(1, message);
  }

  export function warn(message: string): void {
    write(2, message);
  }

  export function error(message: string): void {
    write(3, message);
  }

  function write(level: i32, message: string): void {
    const bytes = utf8(message);
    log_write(level, bytes.dataStart, bytes.length);
  }
}

/** Tells the submitter that `done` of `total` parts are finished. False when the counts are impossible. */
export function progress(done: u32, total: u32): bool {
  return progress_report(done, total) === 0;
}

export namespace clock {
  /** Unix nanoseconds: when the run was submitted, plus one for each unit of fuel spent. */
  export function now(): i64 {
    return clock_now();
  }
}

export namespace fuel {
  /** Units left. One unit is one WebAssembly instruction. */
  export function remaining(): i64 {
    return fuel_remaining();
  }
}

const word = memory.data(8);

/** The run's own random stream: equal on every replica of a run, different in every run. */
export namespace random {
  export function bytes(count: i32): Uint8Array {
    const filled = new Uint8Array(count);
    random_fill(filled.dataStart, count);
    return filled;
  }

  export function next32(): u32 {
    random_fill(word, 4);
    return load<u32>(word);
  }

  export function next64(): u64 {
    random_fill(word, 8);
    return load<u64>(word);
  }

  /** A number of [0, 1) with 53 random bits. */
  export function number(): f64 {
    return <f64>(next64() >> 11) / 9007199254740992.0;
  }

  /** A whole number of [0, bound), every one equally likely. 0 when the bound is 0. */
  export function below(bound: u32): u32 {
    if (bound === 0) return 0;
    const fair = ((<u64>1) << 32) - (((<u64>1) << 32) % <u64>bound);
    let value = <u64>next32();
    while (value >= fair) value = <u64>next32();
    return <u32>(value % <u64>bound);
  }
}
