import { ByteWriter } from '../../../../src/tasklet/wasm/index.ts';
import type { Bytes } from '../../../../src/core/index.ts';

export const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** A section: its id and its content. */
export type SectionBytes = readonly [id: number, content: readonly number[]];

export function moduleOf(...sections: readonly SectionBytes[]): Bytes {
  const writer = new ByteWriter();
  writer.append(Uint8Array.from(HEADER));
  for (const [id, content] of sections) {
    const inner = new ByteWriter();
    inner.append(Uint8Array.from(content));
    writer.section(id, inner);
  }
  return writer.toBytes();
}

/** A name with its length before it. */
export function name(text: string): readonly number[] {
  const writer = new ByteWriter();
  writer.text(text);
  return [...writer.toBytes()];
}

/** An unsigned LEB128 number. */
export function u32(value: number): readonly number[] {
  const writer = new ByteWriter();
  writer.u32(value);
  return [...writer.toBytes()];
}

/** A code section of one body without locals. */
export function codeOf(...instructions: readonly number[]): readonly number[] {
  const body = [0, ...instructions];
  return [1, ...u32(body.length), ...body];
}
