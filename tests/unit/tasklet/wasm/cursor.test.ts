import { describe, expect, it } from 'vitest';
import { ByteWriter, Cursor } from '../../../../src/tasklet/wasm/index.ts';

function cursor(...bytes: readonly number[]): Cursor {
  return new Cursor(Uint8Array.from(bytes), 0, bytes.length);
}

const EDGES_32 = [0, 1, 63, 64, 127, 128, 16_383, 16_384, 2 ** 21, 2 ** 28 - 1, 2 ** 28, 2 ** 31 - 1];

describe('Cursor and ByteWriter', () => {
  it.each([...EDGES_32, 2 ** 31, 2 ** 32 - 1])('carry %d as u32', (value) => {
    const writer = new ByteWriter();
    writer.u32(value);
    expect(cursor(...writer.toBytes()).u32()).toBe(value);
  });

  it.each([...EDGES_32, -1, -64, -65, -(2 ** 31)])('carry %d as s32', (value) => {
    const writer = new ByteWriter();
    writer.s32(value);
    expect(cursor(...writer.toBytes()).s32()).toBe(value);
    expect(cursor(...writer.toBytes()).s33()).toBe(value);
  });

  it.each([0n, -1n, 2n ** 62n - 1n, -(2n ** 63n), 2n ** 63n - 1n])('carry %d as s64', (value) => {
    const writer = new ByteWriter();
    writer.s64(value);
    const reader = cursor(...writer.toBytes());
    reader.skipS64();
    expect(reader.at).toBe(writer.length);
    expect(writer.length).toBeLessThanOrEqual(10);
  });

  it('takes numbers longer than they need to be, as the format allows', () => {
    expect(cursor(0x83, 0x80, 0x80, 0x80, 0x00).u32()).toBe(3);
    expect(cursor(0xff, 0xff, 0xff, 0xff, 0x7f).s32()).toBe(-1);
    expect(cursor(0xff, 0xff, 0xff, 0xff, 0x7f).s33()).toBe(-1);
    expect(cursor(0xff, 0xff, 0xff, 0xff, 0x0f).s33()).toBe(2 ** 32 - 1);
  });

  it.each([
    ['u32', [0x80, 0x80, 0x80, 0x80, 0x80, 0x00], 'too long'],
    ['u32', [0x80, 0x80, 0x80, 0x80, 0x10], 'too large'],
    ['s32', [0x80, 0x80, 0x80, 0x80, 0x80, 0x00], 'too long'],
    ['s32', [0xff, 0xff, 0xff, 0xff, 0x0f], 'too large'],
    ['s33', [0xff, 0xff, 0xff, 0xff, 0x3f], 'too large'],
    ['skipS64', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], 'too large'],
    ['u32', [0x80], 'unexpected end'],
    ['u8', [], 'unexpected end'],
    ['text', [2, 0x61], 'unexpected end'],
    ['text', [1, 0xff], 'not UTF-8'],
  ] as const)('%s refuses %j: %s', (method, bytes, message) => {
    expect(() => cursor(...bytes)[method]()).toThrow(message);
  });

  it('grows, copies long and short pieces and writes sections', () => {
    const source = Uint8Array.from({ length: 300 }, (_, index) => index & 0xff);
    const content = new ByteWriter(1);
    content.copy(source, 0, 300);
    content.copy(source, 7, 10);
    content.u8(1);
    const writer = new ByteWriter(1);
    writer.section(5, content);
    expect([...writer.toBytes()]).toEqual([5, 0xb0, 0x02, ...source, 7, 8, 9, 1]);
  });
});
