import { FabricError, fromUtf8, utf8 } from '../core/index.ts';
import { decodeCbor, encodeCbor } from '../wire/index.ts';

/** Numbers where they lie. */
export type ElementArray<T> = Record<number, T>;

/** `count` values from `offset` of `data` on. */
export type ArrayOver<T> = (data: Uint8Array, offset: number, count: number) => ElementArray<T>;

/** How values of one type become bytes and come back. */
export interface Codec<T> {
  /** Size of every value, for those of one size. */
  readonly sizeBytes?: number;
  encode(value: T): Uint8Array;
  /** Throws FabricError `invalid_argument` when these bytes are no value. The bytes are lent: keep a copy, not them. */
  decode(bytes: Uint8Array): T;
  /** Writes a value from the start of `target`: its length in bytes, or -1 when it does not fit. */
  encodeInto?(value: T, target: Uint8Array): number;
  /** The value in `length` bytes of `source` from `offset` on, for callers who want no object made for that. */
  decodeAt?(source: Uint8Array, offset: number, length: number): T;
  /** `count` values from `offset` on, for those that a typed array shows as they are. */
  readonly arrayOver?: ArrayOver<T>;
}

/** A number of 64 bits, floating-point. */
export const f64: Codec<number> = numberCodec(8, {
  array: (buffer, offset, count) => new Float64Array(buffer, offset, count),
  write: (view, value) => view.setFloat64(0, value, true),
  read: (view) => view.getFloat64(0, true),
});

/** A whole number from -2^31 to 2^31 - 1. */
export const i32: Codec<number> = numberCodec(4, {
  array: (buffer, offset, count) => new Int32Array(buffer, offset, count),
  write: (view, value) => view.setInt32(0, value, true),
  read: (view) => view.getInt32(0, true),
});

/** A whole number from 0 to 2^32 - 1. */
export const u32: Codec<number> = numberCodec(4, {
  array: (buffer, offset, count) => new Uint32Array(buffer, offset, count),
  write: (view, value) => view.setUint32(0, value, true),
  read: (view) => view.getUint32(0, true),
});

/** A whole number from 0 to 2^64 - 1. */
export const u64: Codec<bigint> = numberCodec(8, {
  array: (buffer, offset, count) => new BigUint64Array(buffer, offset, count),
  write: (view, value) => view.setBigUint64(0, value, true),
  read: (view) => view.getBigUint64(0, true),
});

/** Text, as UTF-8. */
export const text: Codec<string> = {
  encode: utf8,
  decode: decodeText,
  encodeInto: encodeTextInto,
  decodeAt: decodeTextAt,
};

/** Bytes as they are. */
export const bytes: Codec<Uint8Array> = { encode: (value) => value, decode: (value) => value.slice() };

/** Any value that JSON has. `read` checks what comes out and may throw. */
export function json<T>(read: (value: unknown) => T): Codec<T> {
  return {
    encode: (value) => utf8(JSON.stringify(value)),
    decode: (encoded) => {
      let value: unknown;
      try {
        value = JSON.parse(decodeText(encoded));
      } catch (error) {
        throw notAValue('JSON', error);
      }
      return read(value);
    },
  };
}

/** Any value that deterministic CBOR has: shorter than JSON, and with bytes. `read` checks what comes out and may throw. */
export function cbor<T>(read: (value: unknown) => T): Codec<T> {
  return {
    encode: (value) => encodeCbor(value),
    decode: (encoded) => {
      const decoded = decodeCbor(encoded.slice());
      if (!decoded.ok) throw notAValue('CBOR');
      return read(decoded.value);
    },
  };
}

interface NumberAccess<T> {
  array(buffer: ArrayBufferLike, offset: number, count: number): ElementArray<T>;
  write(view: DataView, value: T): void;
  read(view: DataView): T;
}

function numberCodec<T>(sizeBytes: number, access: NumberAccess<T>): Codec<T> {
  return {
    sizeBytes,
    encode: (value) => {
      const encoded = new Uint8Array(sizeBytes);
      access.write(new DataView(encoded.buffer), value);
      return encoded;
    },
    decode: (encoded) => {
      if (encoded.length !== sizeBytes) throw notAValue(`a number of ${sizeBytes} bytes`);
      return access.read(new DataView(encoded.buffer, encoded.byteOffset, sizeBytes));
    },
    arrayOver: (data, offset, count) => access.array(data.buffer, data.byteOffset + offset, count),
  };
}

function decodeText(encoded: Uint8Array): string {
  // Decoders refuse bytes that threads share.
  const decoded = fromUtf8(encoded.buffer instanceof ArrayBuffer ? encoded : encoded.slice());
  if (decoded === undefined) throw notAValue('UTF-8');
  return decoded;
}

function encodeTextInto(value: string, target: Uint8Array): number {
  const { length } = value;
  if (length > target.length) return -1;
  for (let at = 0; at < length; at++) {
    const unit = value.charCodeAt(at);
    if (unit >= 0x80) return encodeWideInto(value, target);
    target[at] = unit;
  }
  return length;
}

function encodeWideInto(value: string, target: Uint8Array): number {
  const encoded = utf8(value);
  if (encoded.length > target.length) return -1;
  target.set(encoded);
  return encoded.length;
}

/** Above this the decoder of the host is faster. */
const LETTERS_MAX = 128;

function decodeTextAt(source: Uint8Array, offset: number, length: number): string {
  return (
    (length <= LETTERS_MAX ? asciiAt(source, offset, length) : undefined) ??
    decodeText(source.slice(offset, offset + length))
  );
}

/** Text of ASCII, eight letters at a time: less than half the cost of one at a time. Undefined where it is not ASCII. */
function asciiAt(source: Uint8Array, offset: number, length: number): string | undefined {
  const letter = (at: number): number => source[at] ?? 0;
  const end = offset + length;
  let decoded = '';
  let at = offset;
  for (; at + 8 <= end; at += 8) {
    const [a, b, c, d] = [letter(at), letter(at + 1), letter(at + 2), letter(at + 3)];
    const [e, f, g, h] = [letter(at + 4), letter(at + 5), letter(at + 6), letter(at + 7)];
    if ((a | b | c | d | e | f | g | h) >= 0x80) return undefined;
    decoded += String.fromCharCode(a, b, c, d, e, f, g, h);
  }
  for (; at < end; at++) {
    if (letter(at) >= 0x80) return undefined;
    decoded += String.fromCharCode(letter(at));
  }
  return decoded;
}

function notAValue(what: string, cause?: unknown): FabricError {
  return new FabricError({ code: 'invalid_argument', message: `the bytes found there are not ${what}` }, { cause });
}
