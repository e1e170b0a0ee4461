// One pass over a body: validates it, writes its events down and sees whom it calls.
import * as acts from '../acts';
import { beginEvents, addEvent } from '../tape';
import { locals, passPlain, setLocalCount } from './plain';
import { clearOperands, isUnreachable, most, noteHeight, spend, stack } from './operands';
import { at, end, isBad, moveTo, readFrom, soundU32 } from './numbers';
import { frameCount, openFunction } from './control';
import * as module from '../module';
import { reserve, reserveCleared } from '../memory';
import { blockType, check, index, readInstruction, slot } from './check';

/** Values that every engine hands over in registers, of each kind of machine. */
const PARAMS_IN_REGISTERS: i32 = 4;
const RESULTS_IN_REGISTERS: i32 = 1;

/** By function: the most operands on its stack at a time, and the most values that a call of it passes on the stack. */
export let operandsMax: usize = 0;
export let passedMax: usize = 0;
/** Pairs of a function and a node that it calls, each once; the same of calls that end it, maybe more than once. */
export let calls: usize = 0;
export let callsEnd: usize = 0;
export let tailCalls: usize = 0;
export let tailCallsEnd: usize = 0;
/** By function: whether code names it without calling it. */
export let named: usize = 0;
/** Most events of one body, and most targets of the tables in one. */
export let targetsMax: i32 = 0;
let calledBy: usize = 0;
let caller: i32 = 0;
let cost: i32 = 0;

export function reserveScan(codeBytes: i32): void {
  const functions = <usize>module.functionCount;
  operandsMax = reserveCleared(functions << 2);
  passedMax = reserveCleared(functions << 2);
  named = reserveCleared(functions);
  calledBy = reserve((functions + 1) << 2);
  memory.fill(calledBy, 0xff, (functions + 1) << 2);
  // A call takes two bytes at least.
  calls = callsEnd = reserve((<usize>codeBytes) << 2);
  tailCalls = tailCallsEnd = reserve((<usize>codeBytes) << 2);
  targetsMax = 0;
}

/** Whether the body `place` is valid. */
export function scanBody(place: i32): bool {
  const code = module.codes + ((<usize>place) << 4);
  caller = module.importedCount + place;
  cost = 0;
  beginEvents(place);
  clearOperands();
  const type = module.typeOfFunction(caller);
  declare(type, module.bytes + load<u32>(code), module.bytes + load<u32>(code, 4), load<i32>(code, 12));
  readFrom(module.bytes + load<u32>(code, 4), module.bytes + load<u32>(code, 8));
  openFunction(type);
  let targets: usize = 0;
  while (frameCount > 0) {
    cost += passPlain();
    const start = at;
    const reachable = !isUnreachable;
    readInstruction();
    if (isBad) return false;
    check(type);
    noteHeight();
    if (isBad) return false;
    visit(start, reachable);
    if (slot == 0x0e) targets += at - start;
  }
  if (<i32>targets > targetsMax) targetsMax = <i32>targets;
  store<i32>(operandsMax + ((<usize>caller) << 2), <i32>(most - stack));
  return at == end;
}

/** Writes the types of parameters and locals down. Their declarations have been read and found sound. */
function declare(type: i32, from: usize, to: usize, localCount: i32): void {
  const params = module.paramCountOf(type);
  spend(params + localCount);
  memory.copy(locals, module.paramsOf(type), params);
  let next = locals + params;
  readFrom(from, to);
  for (let runs = soundU32(); runs > 0; runs--) {
    const count = soundU32();
    memory.fill(next, load<u8>(at), count);
    moveTo(at + 1);
    next += count;
  }
  setLocalCount(params + localCount);
}

function visit(start: usize, reachable: bool): void {
  const act = <i32>load<u8>(module.acts + slot);
  if (act == acts.PLAIN || act == acts.REF_FUNC) {
    cost++;
    if (act == acts.REF_FUNC) store<u8>(named + index, 1);
    return;
  }
  if (act == acts.FREE) return;
  const isLabel = act >= acts.BLOCK && act <= acts.END;
  // Code that is never reached must still be valid: what it names stays declared, and whom it calls is rewritten first.
  if (act >= acts.CALL && act <= acts.RETURN_CALL_INDIRECT) call(act, reachable);
  else if (!isLabel && !reachable) return;
  addEvent(act, cost, start, at, isLabel ? blockType : <i32>index);
  cost = 0;
}

function call(act: i32, reachable: bool): void {
  const isDirect = act == acts.CALL || act == acts.RETURN_CALL;
  const callee = isDirect ? <i32>index : module.functionCount;
  if (act >= acts.RETURN_CALL) {
    store<i32>(tailCallsEnd, caller);
    store<i32>(tailCallsEnd, callee, 4);
    tailCallsEnd += 8;
  }
  const last = calledBy + ((<usize>callee) << 2);
  if (load<i32>(last) != caller) {
    store<i32>(last, caller);
    store<i32>(callsEnd, caller);
    store<i32>(callsEnd, callee, 4);
    callsEnd += 8;
  }
  if (!reachable) return;
  const passed = passedOnStack(isDirect ? module.typeOfFunction(index) : <i32>index);
  const known = passedMax + ((<usize>caller) << 2);
  if (passed > load<i32>(known)) store<i32>(known, passed);
}

/** Values of a call that may lie on the stack, parameters and results together. */
function passedOnStack(type: i32): i32 {
  return (
    max(0, module.paramCountOf(type) - PARAMS_IN_REGISTERS) + max(0, module.resultCountOf(type) - RESULTS_IN_REGISTERS)
  );
}
