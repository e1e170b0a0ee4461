import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { err, ok, type Bytes, type Result } from '../core/index.ts';

/** Canonical CBOR (RFC 8949 §4.2) of plain data: equal values give equal bytes, so it is fit for signing. */
export function encodeCbor(value: unknown): Bytes {
  return new Uint8Array(encode(value, rfc8949EncodeOptions));
}

/** Plain data from CBOR; refuses anything not well formed, not strict, or with bytes left over. */
export function decodeCbor(bytes: Uint8Array): Result<unknown, 'malformed_cbor'> {
  try {
    const value: unknown = decode(bytes, {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      rejectDuplicateMapKeys: true,
    });
    return ok(value);
  } catch {
    return err('malformed_cbor');
  }
}
