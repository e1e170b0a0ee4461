import { FabricError, fromUtf8, utf8 } from '../core/index.ts';
import { LOW_HASH_BASIS, lowHashAfter, type HashedBytes } from '../memory/index.ts';
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
  /** Writes a value into what a map lends. */
  encodeInto?(value: T, target: HashedBytes): void;
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

function encodeTextInto(value: string, target: HashedBytes): void {
  const { bytes } = target;
  const { length } = value;
  let low = LOW_HASH_BASIS;
  for (let at = 0; at < length && at < bytes.length; at++) {
    const unit = value.charCodeAt(at);
    if (unit >= 0x80) return target.set(utf8(value));
    bytes[at] = unit;
    low = lowHashAfter(low, unit);
  }
  target.low = low;
  target.length = length > bytes.length ? -1 : length;
}

/** Above this the decoder of the host is faster. */
const LETTERS_MAX = 128;

/** Arrays of 0, 1, 2… letters: one as long as a text makes it in one go, and without another array. */
const LETTERS = Array.from({ length: LETTERS_MAX + 1 }, (_, length) => new Array<number>(length).fill(0));

function decodeTextAt(source: Uint8Array, offset: number, length: number): string {
  return asciiAt(source, offset, length) ?? decodeText(source.slice(offset, offset + length));
}

/** Short text of ASCII; undefined where it is neither. */
function asciiAt(source: Uint8Array, offset: number, length: number): string | undefined {
  const letters = LETTERS[length];
  if (!letters) return undefined;
  let bits = 0;
  for (let at = 0; at < length; at++) {
    const letter = source[offset + at] ?? 0;
    bits |= letter;
    letters[at] = letter;
  }
  return bits < 0x80 ? String.fromCharCode(...letters) : undefined;
}

function notAValue(what: string, cause?: unknown): FabricError {
  return new FabricError({ code: 'invalid_argument', message: `the bytes found there are not ${what}` }, { cause });
}
