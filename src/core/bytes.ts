import { base64, base64urlnopad, hex } from '@scure/base';

/** Bytes over an ArrayBuffer of their own, never over shared memory: what digests, channels and stores accept. */
export type Bytes = Uint8Array<ArrayBuffer>;

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 bytes of `text`. */
export function utf8(text: string): Bytes {
  return textEncoder.encode(text);
}

/** Text of UTF-8 `bytes`, or undefined when they are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return textDecoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The parts one after the other in a new array. */
export function concatBytes(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Whether two arrays hold equal bytes. Takes the same time wherever they differ, so it is fit for secrets. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index++) difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  return difference === 0;
}

/** Lower-case hex of `bytes`, two characters a byte. */
export function toHex(bytes: Uint8Array): string {
  return hex.encode(bytes);
}

/** Bytes of lower-case hex `text`, or undefined when it is not that. */
export function fromHex(text: string): Bytes | undefined {
  return /^[0-9a-f]*$/.test(text) ? decodedBy(hex, text) : undefined;
}

/** URL-safe base64 of `bytes`, without padding (RFC 4648 §5). */
export function toBase64Url(bytes: Uint8Array): string {
  return base64urlnopad.encode(bytes);
}

/** Bytes of unpadded URL-safe base64 `text`, or undefined when it is not that. */
export function fromBase64Url(text: string): Bytes | undefined {
  return decodedBy(base64urlnopad, text);
}

/** Base64 of `bytes`, padded (RFC 4648 §4): the encoding of `output.b64`. */
export function toBase64(bytes: Uint8Array): string {
  return base64.encode(bytes);
}

/** Bytes of padded base64 `text`, or undefined when it is not that. */
export function fromBase64(text: string): Bytes | undefined {
  return decodedBy(base64, text);
}

function decodedBy(coder: { decode(text: string): Uint8Array }, text: string): Bytes | undefined {
  try {
    return new Uint8Array(coder.decode(text));
  } catch {
    return undefined;
  }
}
