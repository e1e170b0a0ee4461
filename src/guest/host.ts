// The raw imports of tasklet profile v0, exactly as src/tasklet/ABI.md §2 lists them. Only this file names them; a
// tasklet that uses none of a group does not import it.

// @ts-ignore: decorator
@external('grafos_tasklet_v0', 'context_read')
export declare function context_read(ptr: usize, len: u32, offset: u32): i32;

// @ts-ignore: decorator
@external('grafos_tasklet_v0', 'input_read')
export declare function input_read(ptr: usize, len: u32, offset: u32): i32;

// @ts-ignore: decorator
@external('grafos_tasklet_v0', 'output_write')
export declare function output_write(ptr: usize, len: u32): i32;

// @ts-ignore: decorator
@external('grafos_tasklet_v0', 'response_write')
export declare function response_write(ptr: usize, len: u32): i32;

// @ts-ignore: decorator
@external('grafos_tasklet_v0', 'log')
export declare function log_write(level: i32, ptr: usize, len: u32): i32;

// @ts-ignore: decorator
@external('grafos_tasklet_v0', 'clock_now')
export declare function clock_now(): i64;

// @ts-ignore: decorator
@external('grafos_tasklet_v0', 'random_fill')
export declare function random_fill(ptr: usize, len: u32): i32;

// @ts-ignore: decorator
@external('grafos_tasklet_v0', 'fuel_remaining')
export declare function fuel_remaining(): i64;

// @ts-ignore: decorator
@external('grafos_tasklet_v0', 'progress')
export declare function progress_report(done: u32, total: u32): i32;

/** Status codes (ABI.md §2). */
export namespace Status {
  export const OK: i32 = 0;
  export const DISCONNECTED: i32 = -1;
  export const LEASE_EXPIRED: i32 = -2;
  export const FENCED: i32 = -3;
  export const CAPACITY_EXCEEDED: i32 = -4;
  export const UNSUPPORTED: i32 = -5;
  export const REVOKED: i32 = -6;
  export const DENIED: i32 = -13;
  export const INVALID_ARGUMENT: i32 = -22;
}
