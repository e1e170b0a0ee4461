import { createRequire } from 'node:module';

/** The one call of `wasm-metering` (0.2.1) that is used here; it has no types of its own. */
interface WasmMetering {
  meterWASM(wasm: Buffer, options: { meterType: 'i32' | 'i64' }): Buffer;
}

/**
 * The module metered by `wasm-metering`, or why it has no row: it reads only the first version of WebAssembly. Charging
 * in i32 is its faster way, because an i64 would cross into JavaScript as a BigInt.
 */
export function meteredByPeer(bytes: Uint8Array): { readonly bytes: Uint8Array } | { readonly refused: string } {
  try {
    const peer = createRequire(import.meta.url)('wasm-metering') as WasmMetering;
    const metered = new Uint8Array(peer.meterWASM(Buffer.from(bytes), { meterType: 'i32' }));
    return WebAssembly.validate(metered) ? { bytes: metered } : { refused: 'what it writes is not valid' };
  } catch (error) {
    return { refused: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
}
