// How values become the bytes that collections hold, as the codecs of the same name do on the other side: numbers
// little-endian at their size, text as UTF-8, bytes as they are.
import { fromUtf8, utf8 } from '../bytes';

/** Size of every value of `T`, or 0 when they differ. */
export function fixedBytes<T>(): u32 {
  if (isInteger<T>() || isFloat<T>()) {
    return <u32>sizeof<T>();
  } else {
    return 0;
  }
}

export function encode<T>(value: T): Uint8Array {
  if (isInteger<T>() || isFloat<T>()) {
    const bytes = new Uint8Array(<i32>sizeof<T>());
    store<T>(bytes.dataStart, value);
    return bytes;
  } else if (isString<T>()) {
    return utf8(<string>value);
  } else if (idof<T>() === idof<Uint8Array>()) {
    return changetype<Uint8Array>(value);
  } else {
    ERROR('a collection holds numbers, strings or Uint8Array');
  }
}

/** The zero of `T` when these bytes are none of it. */
export function decode<T>(bytes: Uint8Array): T {
  if (isInteger<T>() || isFloat<T>()) {
    return bytes.length === <i32>sizeof<T>() ? load<T>(bytes.dataStart) : <T>0;
  } else if (isString<T>()) {
    return <T>fromUtf8(bytes);
  } else if (idof<T>() === idof<Uint8Array>()) {
    return changetype<T>(bytes.slice());
  } else {
    ERROR('a collection holds numbers, strings or Uint8Array');
  }
}

/** 0, the empty text, no bytes. */
export function zero<T>(): T {
  return decode<T>(new Uint8Array(0));
}

export function encodeAll<T>(values: T[]): Uint8Array[] {
  const encoded = new Array<Uint8Array>(values.length);
  for (let i = 0; i < values.length; i++) encoded[i] = encode<T>(values[i]);
  return encoded;
}
