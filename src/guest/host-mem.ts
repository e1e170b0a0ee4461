// The raw imports for leased memory, exactly as src/tasklet/ABI.md §8 lists them.

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'hello')
export declare function lease_hello(lease: u32): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'size')
export declare function lease_size(lease: u32): i64;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'read')
export declare function lease_read(lease: u32, offset: u64, ptr: usize, len: u32): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'write')
export declare function lease_write(lease: u32, offset: u64, ptr: usize, len: u32): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'fill')
export declare function lease_fill(lease: u32, offset: u64, len: u32, value: u32): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'readv')
export declare function lease_readv(lease: u32, list: usize, count: u32): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'writev')
export declare function lease_writev(lease: u32, list: usize, count: u32): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'load32')
export declare function lease_load32(lease: u32, offset: u64, out: usize): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'store32')
export declare function lease_store32(lease: u32, offset: u64, value: u32, out: usize): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'add32')
export declare function lease_add32(lease: u32, offset: u64, value: u32, out: usize): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'sub32')
export declare function lease_sub32(lease: u32, offset: u64, value: u32, out: usize): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'and32')
export declare function lease_and32(lease: u32, offset: u64, value: u32, out: usize): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'or32')
export declare function lease_or32(lease: u32, offset: u64, value: u32, out: usize): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'xor32')
export declare function lease_xor32(lease: u32, offset: u64, value: u32, out: usize): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'exchange32')
export declare function lease_exchange32(lease: u32, offset: u64, value: u32, out: usize): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'compare_exchange32')
export declare function lease_compare_exchange32(lease: u32, offset: u64, expected: u32, replacement: u32, out: usize): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'load64')
export declare function lease_load64(lease: u32, offset: u64, out: usize): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'store64')
export declare function lease_store64(lease: u32, offset: u64, value: u64, out: usize): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'add64')
export declare function lease_add64(lease: u32, offset: u64, value: u64, out: usize): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'sub64')
export declare function lease_sub64(lease: u32, offset: u64, value: u64, out: usize): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'and64')
export declare function lease_and64(lease: u32, offset: u64, value: u64, out: usize): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'or64')
export declare function lease_or64(lease: u32, offset: u64, value: u64, out: usize): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'xor64')
export declare function lease_xor64(lease: u32, offset: u64, value: u64, out: usize): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'exchange64')
export declare function lease_exchange64(lease: u32, offset: u64, value: u64, out: usize): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'compare_exchange64')
export declare function lease_compare_exchange64(lease: u32, offset: u64, expected: u64, replacement: u64, out: usize): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'wait32')
export declare function lease_wait32(lease: u32, offset: u64, expected: u32, timeoutMs: u32): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'notify')
export declare function lease_notify(lease: u32, offset: u64, count: u32): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'structure')
export declare function lease_structure(lease: u32, call: usize, callLength: u32, out: usize, outCapacity: u32): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'lease_query')
export declare function lease_query(lease: u32, out: usize): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'lease_renew')
export declare function lease_renew(lease: u32, ttlMs: u32): i32;

// @ts-ignore: decorator
@external('fabricbios_fbmu_v0', 'lease_free')
export declare function lease_free(lease: u32): i32;
