// Writes the pieces of code that handle fuel and depth. None of them changes what it finds on the stack.
import { writeSigned, writeU32, writeU8 } from './output';

/** The instructions that the meter writes. */
export const UNREACHABLE: u32 = 0x00;
export const BLOCK: u32 = 0x02;
export const IF: u32 = 0x04;
export const ELSE: u32 = 0x05;
export const END: u32 = 0x0b;
export const BR: u32 = 0x0c;
export const BR_IF: u32 = 0x0d;
export const RETURN: u32 = 0x0f;
export const CALL: u32 = 0x10;
export const CALL_INDIRECT: u32 = 0x11;
export const SELECT: u32 = 0x1b;
export const LOCAL_GET: u32 = 0x20;
export const LOCAL_SET: u32 = 0x21;
export const LOCAL_TEE: u32 = 0x22;
export const GLOBAL_GET: u32 = 0x23;
export const GLOBAL_SET: u32 = 0x24;
export const MEMORY_GROW: u32 = 0x40;
const I64_CONST: u32 = 0x42;
const I64_LT_S: u32 = 0x53;
const I64_ADD: u32 = 0x7c;
const I64_SUB: u32 = 0x7d;
const I64_OR: u32 = 0x84;
const I64_SHL: u32 = 0x86;
const I64_SHR_U: u32 = 0x88;
const I64_EXTEND_I32_U: u32 = 0xad;

/** Bytes or table elements that one unit of fuel moves, and fuel of a page of memory, as exponents of two (ABI.md §6). */
const UNITS_EXPONENT: i64 = 6;
const PAGE_EXPONENT: i64 = 10;
/** Added to the fuel to say that the stack, not the fuel, ran out. */
const TOO_DEEP: i64 = i64.MIN_VALUE;

/** Globals that the meter adds; units of stack at the start. */
let fuelGlobal: i32 = 0;
let depthGlobal: i32 = 0;
let depthMax: i64 = 0;
/** Whether any function so far counts the depth of its calls. */
export let countsDepth: bool = false;

/** Locals of the function that is being written. */
let fuelLocal: i32 = 0;
let depthLocal: i32 = 0;
let countLocal: i32 = 0;
let usesDepth: bool = false;

export function setGlobals(fuel: i32, depth: i32, depthMax_: i32): void {
  fuelGlobal = fuel;
  depthGlobal = depth;
  depthMax = depthMax_;
  countsDepth = false;
}

/** Starts a function. */
export function beginFunction(fuel: i32, depth: i32, count: i32): void {
  fuelLocal = fuel;
  depthLocal = depth;
  countLocal = count;
  usesDepth = false;
}

function write(opcode: u32, index: i32): void {
  writeU8(opcode);
  writeU32(index);
}

export function constant(value: i64): void {
  writeU8(I64_CONST);
  writeSigned(value);
}

/** local = global */
export function loadFuel(): void {
  write(GLOBAL_GET, fuelGlobal);
  write(LOCAL_SET, fuelLocal);
}

/** global = local */
export function spillFuel(): void {
  write(LOCAL_GET, fuelLocal);
  write(GLOBAL_SET, fuelGlobal);
}

/** Takes `units` from where the fuel is kept, and with `alsoLocal` leaves it in the local in any case. */
export function charge(units: i64, keepsLocal: bool, alsoLocal: bool): void {
  if (keepsLocal) write(LOCAL_GET, fuelLocal);
  else write(GLOBAL_GET, fuelGlobal);
  constant(units);
  writeU8(I64_SUB);
  if (keepsLocal) return write(LOCAL_SET, fuelLocal);
  if (alsoLocal) write(LOCAL_TEE, fuelLocal);
  write(GLOBAL_SET, fuelGlobal);
}

/** Takes `units` and the cost of the count on top of the stack; the fuel is then in the local in any case. */
export function chargeSized(units: i64, isPages: bool, keepsLocal: bool): void {
  write(LOCAL_TEE, countLocal);
  if (keepsLocal) write(LOCAL_GET, fuelLocal);
  else write(GLOBAL_GET, fuelGlobal);
  if (units != 0) {
    constant(units);
    writeU8(I64_SUB);
  }
  write(LOCAL_GET, countLocal);
  writeU8(I64_EXTEND_I32_U);
  if (!isPages) {
    constant((1 << UNITS_EXPONENT) - 1);
    writeU8(I64_ADD);
  }
  constant(isPages ? PAGE_EXPONENT : UNITS_EXPONENT);
  writeU8(isPages ? I64_SHL : I64_SHR_U);
  writeU8(I64_SUB);
  write(keepsLocal ? LOCAL_SET : LOCAL_TEE, fuelLocal);
  if (!keepsLocal) write(GLOBAL_SET, fuelGlobal);
}

/** Whether the fuel in the local, or with `alsoDepth` the depth in its local, is below 0: one i32 on the stack. */
export function test(alsoDepth: bool): void {
  write(LOCAL_GET, fuelLocal);
  if (alsoDepth) {
    usesDepth = true;
    write(LOCAL_GET, depthLocal);
    writeU8(I64_OR);
  }
  constant(0);
  writeU8(I64_LT_S);
}

export function branchIf(label: i32): void {
  write(BR_IF, label);
}

/** Takes `units` of stack. */
export function enter(units: i64): void {
  countsDepth = usesDepth = true;
  write(GLOBAL_GET, depthGlobal);
  constant(units);
  writeU8(I64_SUB);
  write(LOCAL_TEE, depthLocal);
  write(GLOBAL_SET, depthGlobal);
}

/** Gives back what {@link enter} took. */
export function leave(units: i64): void {
  write(LOCAL_GET, depthLocal);
  constant(units);
  writeU8(I64_ADD);
  write(GLOBAL_SET, depthGlobal);
}

/** Puts the fuel on the stack, for a function that takes and gives it. */
export function passFuel(keepsLocal: bool): void {
  if (keepsLocal) write(LOCAL_GET, fuelLocal);
  else write(GLOBAL_GET, fuelGlobal);
}

/** Puts the depth that is left for such a function on the stack, `units` less than there is here. */
export function passDepth(isOwn: bool, units: i64): void {
  if (isOwn) {
    write(LOCAL_GET, depthLocal);
  } else {
    countsDepth = true;
    write(GLOBAL_GET, depthGlobal);
  }
  constant(units);
  writeU8(I64_SUB);
}

/** Takes the fuel that such a function gives back off the stack. */
export function takeFuel(keepsLocal: bool): void {
  if (keepsLocal) write(LOCAL_SET, fuelLocal);
  else write(GLOBAL_SET, fuelGlobal);
}

/** Ends the run: leaves in the global what tells why and the stack as it was at the start, then traps. */
export function stop(keepsLocal: bool, ownsDepth: bool): void {
  if (usesDepth) {
    write(LOCAL_GET, fuelLocal);
    write(LOCAL_GET, fuelLocal);
    constant(TOO_DEEP);
    writeU8(I64_ADD);
    test(false);
    writeU8(SELECT);
    write(GLOBAL_SET, fuelGlobal);
    if (!ownsDepth) {
      constant(depthMax);
      write(GLOBAL_SET, depthGlobal);
    }
  } else if (keepsLocal) {
    spillFuel();
  }
  writeU8(UNREACHABLE);
}
