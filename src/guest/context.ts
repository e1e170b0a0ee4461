// Who is running and under which bounds: the context of ABI.md §3, read once when first asked for.
import { ByteReader, toHex } from './bytes';
import { context_read } from './host';

const FIXED_BYTES: i32 = 116;

let sizeBytes: i32 = 0;
let cached: ByteReader | null = null;

/** Called by the generated `_grafos_tasklet_init`. */
export function rememberContextSize(contextLength: i32): void {
  sizeBytes = contextLength;
}

export namespace context {
  /** The program's name, as its manifest gives it. */
  export function program(): string {
    return name(FIXED_BYTES, reader().u16le(112));
  }

  /** This tasklet's name. */
  export function tasklet(): string {
    return name(FIXED_BYTES + reader().u16le(112), reader().u16le(114));
  }

  /** 32 hex characters. */
  export function runId(): string {
    return hex(32, 16);
  }

  /** SHA-256 of this module, 64 hex characters. */
  export function moduleHash(): string {
    return hex(48, 32);
  }

  /** SHA-256 of the input, 64 hex characters. */
  export function inputHash(): string {
    return hex(80, 32);
  }

  /** When the run was submitted, in Unix nanoseconds. */
  export function submittedAt(): i64 {
    return <i64>word(8);
  }

  /** The whole budget in units; `fuel.remaining()` tells what is left of it. */
  export function fuelLimit(): u64 {
    return word(16);
  }

  /** The most memory this run may have. */
  export function memoryLimitBytes(): u64 {
    return <u64>reader().u32le(24) * 65536;
  }

  /** How many leases were handed to the run. */
  export function leaseCount(): u32 {
    return reader().u32le(28);
  }

  function word(offset: u32): u64 {
    return (<u64>reader().u32le(offset)) | ((<u64>reader().u32le(offset + 4)) << 32);
  }

  function hex(offset: u32, count: u32): string {
    return reader().has(offset, count) ? toHex(reader().bytes.subarray(offset, offset + count)) : '';
  }

  function name(offset: u32, count: u32): string {
    if (!reader().has(offset, count)) return '';
    return String.UTF8.decodeUnsafe(reader().bytes.dataStart + offset, count);
  }

  function reader(): ByteReader {
    const known = cached;
    if (known !== null) return known;
    const bytes = new Uint8Array(sizeBytes);
    context_read(bytes.dataStart, bytes.length, 0);
    const fresh = new ByteReader(bytes);
    cached = fresh;
    return fresh;
  }
}
