// The blocks that are open in the body under validation, and the checks of what opens, closes and leaves them.
import { isBad, peekU8, readSigned, readU32, readU8, refuse, at, end, moveTo } from './numbers';
import {
  checkTop,
  becomeUnreachable,
  base,
  isUnreachable,
  pop,
  popAll,
  pushAll,
  setBase,
  spend,
  top,
} from './operands';
import { paramCountOf, paramsOf, resultCountOf, resultsOf, typeCount } from '../module';
import { reserve } from '../memory';

export const FUNCTION: i32 = 0;
export const BLOCK: i32 = 2;
export const LOOP: i32 = 3;
export const IF: i32 = 4;
export const ELSE: i32 = 5;

export const I32: u32 = 0x7f;
export const V128: u32 = 0x7b;
export const FUNCREF: u32 = 0x70;
export const EXTERNREF: u32 = 0x6f;

/** Block type of a block without parameters and results. */
export const EMPTY: i32 = -64;
/** The bounds of wasm/limits.ts. */
export const NESTING_MAX: i32 = 10_000;
const TARGETS_MAX: u32 = 65_520;

/** Of a frame: what opened it, its type, what lay under it. */
const FRAME_BYTES: usize = 16;
let frames: usize = 0;
export let frameCount: i32 = 0;
/** Every byte by itself: the result of a block whose type is one value. */
let single: usize = 0;
/** Label depths of the br_table read last. */
let targets: usize = 0;

/** A list of types that a function below answers. */
let list: usize = 0;
let listCount: i32 = 0;
/** Whether any value may be a vector. */
export let hasVectors: bool = false;

export function reserveControl(): void {
  frames = reserve((<usize>NESTING_MAX + 1) * FRAME_BYTES);
  targets = reserve((<usize>TARGETS_MAX + 1) << 2);
  single = reserve(128);
  for (let byte: usize = 0; byte < 128; byte++) store<u8>(single + byte, byte);
  hasVectors = false;
}

export function isReference(type: u32): bool {
  return type == FUNCREF || type == EXTERNREF;
}

export function isValueType(byte: u32): bool {
  return (byte >= V128 && byte <= I32) || isReference(byte);
}

export function noteType(type: u32): void {
  if (type == V128) hasVectors = true;
}

export function openFunction(type: i32): void {
  frameCount = 0;
  open(FUNCTION, type);
}

function open(kind: i32, type: i32): void {
  if (frameCount > NESTING_MAX) return refuse();
  const frame = frames + <usize>frameCount * FRAME_BYTES;
  frameCount++;
  store<i32>(frame, (kind << 1) | (<i32>isUnreachable));
  store<i32>(frame, type, 4);
  store<usize>(frame, base, 8);
  setBase(top, false);
  if (type >= 0 && kind != FUNCTION) pushAll(paramsOf(type), paramCountOf(type));
}

/** Closes the innermost frame and answers its block type. Its results must lie on the stack, and nothing else. */
function close(): i32 {
  const frame = frames + <usize>(frameCount - 1) * FRAME_BYTES;
  const type = load<i32>(frame, 4);
  if (type != EMPTY) {
    results(type);
    popAll(list, listCount);
  }
  if (top != base) refuse();
  frameCount--;
  setBase(load<usize>(frame, 8), (load<i32>(frame) & 1) != 0);
  return type;
}

function innermost(): i32 {
  return load<i32>(frames + <usize>(frameCount - 1) * FRAME_BYTES) >> 1;
}

function params(type: i32): void {
  list = type < 0 ? single : paramsOf(type);
  listCount = type < 0 ? 0 : paramCountOf(type);
}

function results(type: i32): void {
  if (type < 0) {
    list = single + (type + 0x80);
    listCount = type == EMPTY ? 0 : 1;
  } else {
    list = resultsOf(type);
    listCount = resultCountOf(type);
  }
}

/** What a branch to the label `depth` frames out must leave on the stack. */
function labelTypes(depth: u32): void {
  listCount = 0;
  if (depth >= <u32>frameCount) return refuse();
  const frame = frames + <usize>(frameCount - 1 - depth) * FRAME_BYTES;
  const type = load<i32>(frame, 4);
  if (type == EMPTY) return;
  if (load<i32>(frame) >> 1 == LOOP) params(type);
  else results(type);
}

export function readBlockType(): i32 {
  const byte = peekU8();
  if (byte == 0x40 || (byte >= 0 && isValueType(byte))) {
    moveTo(at + 1);
    return byte - 0x80;
  }
  if ((byte & 0xc0) == 0x40) refuse();
  const index = readSigned(33);
  if (index < 0 || index >= <i64>typeCount) refuse();
  return <i32>index;
}

export function openBlock(kind: i32, type: i32): void {
  if (kind == IF) pop(I32);
  if (type >= 0) popAll(paramsOf(type), paramCountOf(type));
  else if (type != EMPTY) noteType(type + 0x80);
  if (!isBad) open(kind, type);
}

export function checkElse(): void {
  if (innermost() != IF) return refuse();
  const type = close();
  if (!isBad) open(ELSE, type);
}

export function checkEnd(): void {
  const kind = innermost();
  const type = close();
  if (type == EMPTY || isBad) return;
  if (kind == IF && type >= 0) {
    if (!isSame(paramsOf(type), paramCountOf(type), resultsOf(type), resultCountOf(type))) return refuse();
  } else if (kind == IF) return refuse();
  results(type);
  if (kind != FUNCTION) pushAll(list, listCount);
}

export function checkBranch(depth: u32): void {
  labelTypes(depth);
  checkTop(list, listCount);
  becomeUnreachable();
}

export function checkBranchIf(depth: u32): void {
  pop(I32);
  labelTypes(depth);
  if (listCount == 0 || isBad) return;
  // Popped and pushed again, because in unreachable code what follows then sees the label's types.
  popAll(list, listCount);
  pushAll(list, listCount);
}

export function checkBranchTable(): void {
  const count = readU32();
  if (count > TARGETS_MAX || <usize>count > end - at || isBad) return refuse();
  for (let index: u32 = 0; index <= count; index++) store<u32>(targets + (index << 2), readU32());
  if (isBad) return;
  pop(I32);
  labelTypes(load<u32>(targets + (count << 2)));
  const arity = listCount;
  spend(count + 1);
  for (let index: u32 = 0; index <= count && !isBad; index++) {
    labelTypes(load<u32>(targets + (index << 2)));
    if (listCount != arity) refuse();
    else if (arity > 0) checkTop(list, listCount);
  }
  becomeUnreachable();
}

export function checkReturn(type: i32): void {
  checkTop(resultsOf(type), resultCountOf(type));
  becomeUnreachable();
}

export function checkCall(type: i32): void {
  popAll(paramsOf(type), paramCountOf(type));
  if (!isBad) pushAll(resultsOf(type), resultCountOf(type));
}

/** A call that ends a function of type `own`. */
export function checkTailCall(type: i32, own: i32): void {
  const isSound = isSame(resultsOf(type), resultCountOf(type), resultsOf(own), resultCountOf(own));
  if (!isSound) return refuse();
  popAll(paramsOf(type), paramCountOf(type));
  becomeUnreachable();
}

function isSame(left: usize, leftCount: i32, right: usize, rightCount: i32): bool {
  return leftCount == rightCount && memory.compare(left, right, leftCount) == 0;
}

/** The one type that a select may name. */
export function readSelectType(): u32 {
  if (readU32() != 1) refuse();
  const byte = readU8();
  if (!isValueType(byte)) refuse();
  return byte;
}
