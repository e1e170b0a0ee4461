// What a tasklet returns: output bytes, an optional response value, or an error of its own.
import { utf8 } from './bytes';
import { JsonWriter } from './json';

const RESPONSE_BYTES_MAX: i32 = 65536; // ABI.md §5

/** The result of a tasklet. Made by the static functions, never changed by the cell. */
export class Output {
  private constructor(
    readonly bytes: Uint8Array,
    /** One JSON value as UTF-8, or null for none. */
    public response: Uint8Array | null,
    /** 0 for success, else the tasklet's own error code. */
    readonly code: i32,
    readonly message: string,
  ) {}

  /** Any bytes: an image, an archive, a record. */
  static bytes(bytes: Uint8Array): Output {
    return new Output(bytes, null, 0, '');
  }

  /** Text as UTF-8. */
  static text(text: string): Output {
    return Output.bytes(utf8(text));
  }

  /**
   * One JSON value, as text or as a JsonWriter. It is the output, and where it fits (64 KiB) the response value too.
   */
  static json<T>(value: T): Output {
    const bytes = jsonBytes<T>(value);
    return new Output(bytes, bytes.length <= RESPONSE_BYTES_MAX ? bytes : null, 0, '');
  }

  /** No output: the response value, if one is set, says it all. */
  static empty(): Output {
    return Output.bytes(new Uint8Array(0));
  }

  /**
   * The run fails with the error `tasklet_error` and this code. `message` goes into the log and into the response
   * value as `{"error":{"code":…,"message":…}}`. Code 0 would mean success and becomes 1.
   */
  static fail(code: i32, message: string): Output {
    const response = JsonWriter.object().objectField('error').field('code', code).field('message', message).toBytes();
    return new Output(new Uint8Array(0), response, code === 0 ? 1 : code, message);
  }

  /** Sets the response value: one JSON value, as text or as a JsonWriter, at most 64 KiB. */
  respond<T>(value: T): Output {
    this.response = jsonBytes<T>(value);
    return this;
  }
}

function jsonBytes<T>(value: T): Uint8Array {
  if (isString<T>()) {
    return utf8(<string>value);
  } else if (value instanceof JsonWriter) {
    return value.toBytes();
  } else {
    ERROR('JSON is given as a string or a JsonWriter');
  }
}
