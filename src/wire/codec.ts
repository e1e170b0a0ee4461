import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { err, ok, type Bytes, type Result } from '../core/index.ts';

/** Canonical CBOR (RFC 8949 §4.2) of plain data: equal values give equal bytes, so it is fit for signing. */
export function encodeCbor(value: unknown): Bytes {
  return new Uint8Array(encode(value, rfc8949EncodeOptions));
}

/** Plain data from canonical CBOR; refuses every other form of it, anything not well formed, and bytes left over. */
export function decodeCbor(bytes: Uint8Array): Result<unknown, 'malformed_cbor'> {
  try {
    const value: unknown = decode(bytes, {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      rejectDuplicateMapKeys: true,
    });
    // The decoder is lenient about key order, float widths and broken UTF-8; one value has one form here.
    return isSame(encode(value, rfc8949EncodeOptions), bytes) ? ok(value) : err('malformed_cbor');
  } catch {
    return err('malformed_cbor');
  }
}

/** Gives up at the first difference, unlike the comparison for secrets: messages are no secret to who sent them. */
function isSame(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}
