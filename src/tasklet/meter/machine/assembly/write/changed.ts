// Copies code in which locals after the parameters have moved up by the parameters that were added. A call or a return in it is
// one that is never reached, which must be valid all the same.
import * as code from './fuel-code';
import * as nodes from '../nodes';
import { afterPlain } from '../scan/plain';
import { at, end, moveTo, readFrom, soundU32 } from '../scan/numbers';
import { copy, makeRoom, writeU32, writeU8 } from './output';
import { index, readInstruction, slot } from '../scan/check';
import { paramCountOf, typeOfFunction } from '../module';

/** Parameters of a threaded function beyond its own: fuel, depth. */
export const PARAMS_ADDED: i32 = 2;
const BR_TABLE: u32 = 0x0e;
const ROOM: usize = 256;

/** Copies what lies from `start` to `stop` of the function `own`. */
export function copyChanged(start: usize, stop: usize, own: i32, keepsLocal: bool): void {
  const isThreaded = nodes.is(own, nodes.IS_THREADED);
  const paramCount = <u32>paramCountOf(typeOfFunction(own));
  const localsKept = isThreaded ? min(paramCount, 128) : 128;
  let same = start;
  readFrom(start, stop);
  while (at < end) {
    moveTo(afterPlain(at, stop, localsKept));
    if (at == end) break;
    const from = at;
    readWhole();
    const isLocal = slot >= code.LOCAL_GET && slot <= code.LOCAL_TEE;
    const moves = isLocal && isThreaded && index >= paramCount;
    const passes = slot == code.CALL && nodes.is(index, nodes.IS_THREADED);
    const returns = slot == code.RETURN && isThreaded;
    if (!moves && !passes && !returns) continue;
    copy(same, from);
    makeRoom(ROOM);
    same = at;
    if (passes) pass(own, keepsLocal);
    else if (returns) code.passFuel(true);
    writeU8(slot);
    if (!returns) writeU32(moves ? index + PARAMS_ADDED : index);
    if (passes) code.takeFuel(keepsLocal);
  }
  copy(same, stop);
}

/** Puts what a threaded function takes besides its own parameters on the stack, in the function `own`. */
export function pass(own: i32, keepsLocal: bool): void {
  const isThreaded = nodes.is(own, nodes.IS_THREADED);
  code.passFuel(keepsLocal);
  code.passDepth(isThreaded, isThreaded ? nodes.unitsOf(own) : 1);
}

/** Where the instruction at `start` ends. */
export function instructionEnd(start: usize): usize {
  readFrom(start, start + 64);
  readWhole();
  return at;
}

function readWhole(): void {
  readInstruction();
  if (slot != BR_TABLE) return;
  for (let left = soundU32() + 1; left > 0; left--) soundU32();
}
