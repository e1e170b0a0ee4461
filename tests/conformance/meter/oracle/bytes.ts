/** Reads a binary front to back; throws when it runs off the end, because the oracle is only shown valid modules. */
export class ByteReader {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  u8(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined || this.at >= this.end) throw new Error(`the module ends at ${this.at}`);
    this.at++;
    return byte;
  }

  /** An unsigned LEB128 of at most 32 bits. */
  u32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.u8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  /** Steps over one LEB128 of any width and sign. */
  skipLeb(): void {
    while (this.u8() >= 0x80);
  }

  take(sizeBytes: number): Uint8Array {
    if (this.at + sizeBytes > this.end) throw new Error(`the module ends inside ${sizeBytes} bytes at ${this.at}`);
    const part = this.bytes.subarray(this.at, this.at + sizeBytes);
    this.at += sizeBytes;
    return part;
  }

  since(start: number): Uint8Array {
    return this.bytes.subarray(start, this.at);
  }
}

/** Collects bytes; grows as it needs. */
export class ByteWriter {
  private buffer = new Uint8Array(256);
  private size = 0;

  u8(...bytes: readonly number[]): this {
    this.reserve(bytes.length);
    for (const byte of bytes) this.buffer[this.size++] = byte;
    return this;
  }

  u32(value: number): this {
    let rest = value;
    while (rest >= 0x80) {
      this.u8((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    return this.u8(rest);
  }

  /** A signed LEB128, as constants and block types are written. */
  s64(value: bigint): this {
    let rest = value;
    for (;;) {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      const last = (rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40);
      this.u8(last ? low : low | 0x80);
      if (last) return this;
    }
  }

  s32(value: number): this {
    return this.s64(BigInt(value));
  }

  bytes(part: Uint8Array): this {
    this.reserve(part.length);
    this.buffer.set(part, this.size);
    this.size += part.length;
    return this;
  }

  /** The length of `part`, then `part`. */
  sized(part: Uint8Array): this {
    return this.u32(part.length).bytes(part);
  }

  name(text: string): this {
    return this.sized(new TextEncoder().encode(text));
  }

  section(id: number, body: Uint8Array): this {
    return this.u8(id).sized(body);
  }

  get length(): number {
    return this.size;
  }

  done(): Uint8Array<ArrayBuffer> {
    return this.buffer.slice(0, this.size);
  }

  private reserve(more: number): void {
    if (this.size + more <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.size + more));
    larger.set(this.buffer.subarray(0, this.size));
    this.buffer = larger;
  }
}
