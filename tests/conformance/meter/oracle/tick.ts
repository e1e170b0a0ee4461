/**
 * The counter that the meter is judged by. It puts a tick before every single instruction that costs something and
 * shares nothing with the meter: no blocks, no merging, no locals kept across instructions. Slow, and easy to believe.
 */
import { ByteReader, ByteWriter } from './bytes.ts';
import { readInstruction, type Instruction } from './instructions.ts';
import { readLayout, SECTION, sectionRank, type Layout } from './layout.ts';

/** The exported mutable i64 global that counts up from 0. */
export const TICK_GLOBAL = '__oracle_ticks';

const I32 = 0x7f;
const I64 = 0x7e;

/** `bytes` (a valid module of the allowed features) with a tick before every instruction. */
export function tickModule(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const layout = readLayout(bytes);
  const out = new ByteWriter().bytes(bytes.subarray(0, 8));
  const rewritten = new Map<number, Uint8Array>([
    [SECTION.global, withTickGlobal(layout)],
    [SECTION.export, withTickExport(layout)],
  ]);
  if (layout.code !== undefined) rewritten.set(SECTION.code, withTicks(layout, layout.code));
  for (const section of layout.sections) {
    for (const [id, body] of rewritten) {
      if (section.id === SECTION.custom || sectionRank(id) > sectionRank(section.id)) continue;
      out.section(id, body);
      rewritten.delete(id);
    }
    if (!isRewritten(section.id)) out.section(section.id, section.body);
  }
  for (const [id, body] of rewritten) out.section(id, body);
  return out.done();
}

function isRewritten(id: number): boolean {
  return id === SECTION.global || id === SECTION.export || id === SECTION.code;
}

function withTickGlobal(layout: Layout): Uint8Array {
  const out = appended(layout.sections.find(({ id }) => id === SECTION.global)?.body);
  return out.u8(I64, 1, 0x42, 0, 0x0b).done();
}

function withTickExport(layout: Layout): Uint8Array {
  const out = appended(layout.sections.find(({ id }) => id === SECTION.export)?.body);
  return out.name(TICK_GLOBAL).u8(3).u32(layout.globalCount).done();
}

/** A vector's bytes with its count raised by one, ready for the new last element. */
function appended(vector: Uint8Array | undefined): ByteWriter {
  if (vector === undefined) return new ByteWriter().u32(1);
  const reader = new ByteReader(vector);
  const count = reader.u32();
  return new ByteWriter().u32(count + 1).bytes(vector.subarray(reader.at));
}

function withTicks(layout: Layout, code: Uint8Array): Uint8Array {
  const reader = new ByteReader(code);
  const count = reader.u32();
  const out = new ByteWriter().u32(count);
  for (let index = 0; index < count; index++) {
    const body = reader.take(reader.u32());
    out.sized(withTicksInBody(body, layout.paramCounts[index] ?? 0, layout.globalCount));
  }
  return out.done();
}

/** One function body: its locals and one more as scratch, then the entry's tick, then each instruction behind its own. */
function withTicksInBody(body: Uint8Array, paramCount: number, ticks: number): Uint8Array {
  const reader = new ByteReader(body);
  const groups = reader.u32();
  const groupsStart = reader.at;
  let scratch = paramCount;
  for (let group = 0; group < groups; group++) {
    scratch += reader.u32();
    reader.u8();
  }
  const out = new ByteWriter().u32(groups + 1).bytes(reader.since(groupsStart));
  out.u32(1).u8(I32);
  tick(out, ticks);
  while (!reader.done) {
    const start = reader.at;
    const instruction = readInstruction(reader);
    if (instruction.cost === 1) tick(out, ticks);
    dynamicTick(out, instruction, scratch, ticks);
    out.bytes(reader.since(start));
  }
  return out.done();
}

/** ticks = ticks + 1 */
function tick(out: ByteWriter, ticks: number): void {
  out.u8(0x23).u32(ticks).u8(0x42, 1, 0x7c, 0x24).u32(ticks);
}

/** With n (unsigned) on top of the stack: ticks = ticks + ceil(n / 64) or ticks + n × 1024, and n is left there. */
function dynamicTick(out: ByteWriter, instruction: Instruction, scratch: number, ticks: number): void {
  if (instruction.dynamic === 'none') return;
  out.u8(0x22).u32(scratch).u8(0xad);
  if (instruction.dynamic === 'per-page') out.u8(0x42).s64(1024n).u8(0x7e);
  else out.u8(0x42).s64(63n).u8(0x7c).u8(0x42).s64(64n).u8(0x80);
  out.u8(0x23).u32(ticks).u8(0x7c, 0x24).u32(ticks).u8(0x20).u32(scratch);
}
