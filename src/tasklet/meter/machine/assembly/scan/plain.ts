// Passing over instructions that do no more than compute, most of all code. What is unusual or wrong about one is left to the
// walk's own way: here nothing is refused.
import { alignments, globalCount, globals, globalsSet, hasMemory, immediates, plains, signatures } from '../module';
import { afterNumber, at, end, moveTo } from './numbers';
import { base, most, passedTo, stack, top } from './operands';
import { reserve } from '../memory';

/** How what follows an opcode is passed over; not at all where it is `OTHER`. */
const OTHER: u32 = 0;
const NONE: u32 = 1;
const MEMORY: u32 = 2;
const NUMBER: u32 = 3;
const FOUR_BYTES: u32 = 4;
const EIGHT_BYTES: u32 = 5;
const LOCAL_GET: u32 = 6;
const LOCAL_SET: u32 = 7;
const LOCAL_TEE: u32 = 8;
const GLOBAL_GET: u32 = 9;
const GLOBAL_SET: u32 = 10;

/** By opcode of one byte: its last parameter, the one before, its form, its result, a byte each. */
let forms: usize = 0;
/** Types of parameters and locals, UNKNOWN after the last of the 128 that a short index can name. */
export let locals: usize = 0;
export let localCount: u32 = 0;
/** The bound of wasm/limits.ts, and room after it. */
const LOCALS_MAX: usize = 50_000;

/** Operands that may be pushed here before the walk's own way must make sure of their bound. */
const ROOM: usize = 999_000;

export function reservePlain(): void {
  forms = reserve(256 << 2);
  locals = reserve(LOCALS_MAX + 128);
  for (let opcode: usize = 0; opcode < 256; opcode++) {
    const signature = load<u32>(signatures + (opcode << 2));
    const form = load<u8>(plains + opcode) == 0 || opcode == 0x01 ? OTHER : formOf(load<u8>(immediates + opcode));
    store<u32>(forms + (opcode << 2), (signature & 0xff00ffff) | (form << 16));
  }
  for (let index: usize = 0; index < 5; index++) {
    store<u32>(forms + ((0x20 + index) << 2), (LOCAL_GET + <u32>index) << 16);
  }
}

/** The form of an immediate, as wasm/instruction/immediate.ts numbers them. */
function formOf(immediate: u32): u32 {
  if (immediate == 1) return NONE;
  if (immediate == 6) return MEMORY;
  if (immediate == 9 || immediate == 10) return NUMBER;
  if (immediate == 11) return FOUR_BYTES;
  return immediate == 12 ? EIGHT_BYTES : OTHER;
}

/** The body has so many parameters and locals. */
export function setLocalCount(count: u32): void {
  localCount = count;
  memory.fill(locals + count, 0, 128);
}

/** Answers how many instructions it has passed over. */
export function passPlain(): i32 {
  const last = end;
  const least = base;
  const columns = forms;
  const localTypes = locals;
  const limit = stack + ROOM;
  let from = at;
  let height = top;
  let highest = most;
  let count: i32 = 0;
  while (from < last && height < limit) {
    const opcode = <usize>load<u8>(from);
    let next = from + 1;
    let signature = load<u32>(columns + (opcode << 2));
    const form = (signature >>> 16) & 0xff;
    if (form == LOCAL_GET) {
      const index = <usize>load<u8>(next++);
      if (index >= 0x80) break;
      const type = load<u8>(localTypes + index);
      if (type == 0 || next > last) break;
      store<u8>(height++, type);
      if (height > highest) highest = height;
      from = next;
      count++;
      continue;
    }
    if (form == OTHER) break;
    if (form == NUMBER) {
      next = afterNumber(next);
    } else if (form == MEMORY) {
      if (!hasMemory || load<u8>(next) > load<u8>(alignments + opcode)) break;
      next = afterNumber(next + 1);
    } else if (form >= FOUR_BYTES) {
      if (form == FOUR_BYTES) next += 4;
      else if (form == EIGHT_BYTES) next += 8;
      else {
        signature = named(form, load<u8>(next++));
        if (signature == 0) break;
      }
    }
    if (next > last) break;
    let above = height;
    const first = signature & 0xff;
    if (first != 0) {
      if (above == least || load<u8>(--above) != first) break;
      const second = (signature >>> 8) & 0xff;
      if (second != 0 && (above == least || load<u8>(--above) != second)) break;
    }
    const result = signature >>> 24;
    if (result != 0) store<u8>(above++, result);
    height = above;
    if (height > highest) highest = height;
    from = next;
    count++;
  }
  moveTo(from);
  passedTo(height, highest);
  return count;
}

/** The offset after plain code at `from` that names no local from `localsKept` on, up to `last` at most; nothing is checked. */
export function afterPlain(from: usize, last: usize, localsKept: u32): usize {
  const columns = forms;
  let at = from;
  while (at < last) {
    const form = (load<u32>(columns + ((<usize>load<u8>(at)) << 2)) >>> 16) & 0xff;
    if (form == NONE) at++;
    else if (form >= LOCAL_GET && form <= LOCAL_TEE) {
      if (<u32>load<u8>(at, 1) >= localsKept) break;
      at += 2;
    } else if (form == NUMBER) at = afterSound(at + 1);
    else if (form == MEMORY) at = afterSound(afterSound(at + 1));
    else if (form == FOUR_BYTES) at += 5;
    else if (form == EIGHT_BYTES) at += 9;
    else break;
  }
  return at;
}

function afterSound(from: usize): usize {
  let at = from;
  while (load<u8>(at) >= 0x80) at++;
  return at + 1;
}

/** The signature of an instruction that names a local or a global by a short index; 0 when it is not to be passed over. */
function named(form: u32, index: usize): u32 {
  if (index >= 0x80) return 0;
  if (form == LOCAL_SET) return load<u8>(locals + index);
  if (form == LOCAL_TEE) return <u32>load<u8>(locals + index) * 0x01000001;
  if (<i32>index >= globalCount) return 0;
  return form == GLOBAL_GET ? (<u32>load<u8>(globals + index)) << 24 : <u32>load<u8>(globalsSet + index);
}
