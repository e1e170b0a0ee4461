// A JSON writer: one pass, straight to UTF-8, and whatever it is told the text it gives is one well-formed value.
import { ByteWriter, fromUtf8 } from './bytes';

const OBJECT: u8 = 0x7b; // {
const ARRAY: u8 = 0x5b; // [
const QUOTE: u8 = 0x22;
const COMMA: u8 = 0x2c;
const COLON: u8 = 0x3a;
const HEX = '0123456789abcdef';

/** Writes one object or array. Values may be text, whole numbers, floating-point numbers and booleans. */
export class JsonWriter {
  private out: ByteWriter = new ByteWriter();
  private open: u8[] = [];
  private isFirst: bool = true;

  static object(): JsonWriter {
    return new JsonWriter().begin(OBJECT);
  }

  static array(): JsonWriter {
    return new JsonWriter().begin(ARRAY);
  }

  /** `"key": value` in an object. */
  field<T>(key: string, value: T): this {
    this.key(key);
    this.value<T>(value);
    return this;
  }

  nullField(key: string): this {
    this.key(key);
    this.out.text('null');
    return this;
  }

  /** Opens an object under `key`; `end()` closes it. */
  objectField(key: string): this {
    this.key(key);
    return this.begin(OBJECT);
  }

  /** Opens an array under `key`; `end()` closes it. */
  arrayField(key: string): this {
    this.key(key);
    return this.begin(ARRAY);
  }

  /** A value in an array. */
  item<T>(value: T): this {
    this.separate();
    this.value<T>(value);
    return this;
  }

  objectItem(): this {
    this.separate();
    return this.begin(OBJECT);
  }

  arrayItem(): this {
    this.separate();
    return this.begin(ARRAY);
  }

  /** Closes the innermost object or array. */
  end(): this {
    if (this.open.length === 0) return this;
    this.out.u8(this.open.pop() + 2); // } and ] stand two after { and [
    this.isFirst = false;
    return this;
  }

  /** The finished text as UTF-8; closes whatever is still open. */
  toBytes(): Uint8Array {
    while (this.open.length > 0) this.end();
    return this.out.toBytes();
  }

  /** The finished text; closes whatever is still open. */
  toString(): string {
    return fromUtf8(this.toBytes());
  }

  private begin(kind: u8): this {
    this.out.u8(kind);
    this.open.push(kind);
    this.isFirst = true;
    return this;
  }

  private separate(): void {
    if (!this.isFirst) this.out.u8(COMMA);
    this.isFirst = false;
  }

  private key(key: string): void {
    this.separate();
    this.quoted(key);
    this.out.u8(COLON);
  }

  private value<T>(value: T): void {
    if (isString<T>()) {
      this.quoted(<string>value);
    } else if (isBoolean<T>()) {
      this.out.text(value ? 'true' : 'false');
    } else if (isInteger<T>()) {
      this.out.text(value.toString());
    } else if (isFloat<T>()) {
      this.out.text(isFinite(value) ? value.toString() : 'null');
    } else {
      ERROR('a JSON value is a string, a number or a boolean');
    }
  }

  private quoted(text: string): void {
    this.out.u8(QUOTE);
    let plainFrom = 0;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x20 && unit !== 0x22 && unit !== 0x5c) continue;
      if (i > plainFrom) this.out.text(text.substring(plainFrom, i));
      this.escaped(unit);
      plainFrom = i + 1;
    }
    if (plainFrom < text.length) this.out.text(plainFrom === 0 ? text : text.substring(plainFrom));
    this.out.u8(QUOTE);
  }

  private escaped(unit: i32): void {
    if (unit >= 0x20) {
      this.out.u8(0x5c).u8(unit);
    } else {
      this.out
        .text('\\u00')
        .u8(HEX.charCodeAt(unit >> 4))
        .u8(HEX.charCodeAt(unit & 15));
    }
  }
}
