import { type ByteWriter } from '../wasm/index.ts';
import { FUEL_PER_PAGE, UNITS_PER_FUEL } from './flow/index.ts';

/** The instructions that the meter writes. */
export const OP = {
  unreachable: 0x00,
  block: 0x02,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  memoryGrow: 0x40,
  i64Const: 0x42,
  i64LtS: 0x53,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Or: 0x84,
  i64Shl: 0x86,
  i64ShrU: 0x88,
  i64ExtendI32U: 0xad,
  /** Block type of nothing, as the signed number that is written. */
  empty: -64,
} as const;

/** Globals that the meter adds. */
export interface FuelGlobals {
  readonly fuel: number;
  /** Units of stack left. */
  readonly depth: number;
  /** Units of stack at the start. */
  readonly depthMax: number;
}

/** -(2^63), as it is written: added to the fuel to say that the stack, not the fuel, ran out (ABI.md §6). */
const TOO_DEEP = Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f);

/** Where a function keeps what the meter needs. */
export interface FuelLocals {
  readonly fuel: number;
  readonly depth: number;
  /** The count that an instruction's cost depends on. */
  readonly count: number;
}

/** Writes the pieces of code that handle fuel and depth. None of them changes what it finds on the stack. */
export class FuelCode {
  readonly out: ByteWriter;
  private readonly globals: FuelGlobals;
  /** Whether any function so far counts the depth of its calls. */
  countsDepth = false;
  private locals: FuelLocals = { fuel: 0, depth: 0, count: 0 };
  private usesDepth = false;

  constructor(out: ByteWriter, globals: FuelGlobals) {
    this.out = out;
    this.globals = globals;
  }

  /** Starts a function. */
  begin(locals: FuelLocals): void {
    this.locals = locals;
    this.usesDepth = false;
  }

  /** local = global */
  load(): void {
    this.global(OP.globalGet, this.globals.fuel);
    this.fuelLocal(OP.localSet);
  }

  /** global = local */
  spill(): void {
    this.fuelLocal(OP.localGet);
    this.global(OP.globalSet, this.globals.fuel);
  }

  /** Takes `units` from where the fuel is kept, and with `alsoLocal` leaves it in the local in any case. */
  charge(units: number, keepsLocal: boolean, alsoLocal = false): void {
    const { fuel } = this.globals;
    if (keepsLocal) this.fuelLocal(OP.localGet);
    else this.global(OP.globalGet, fuel);
    this.constant(units);
    this.out.u8(OP.i64Sub);
    if (keepsLocal) return this.fuelLocal(OP.localSet);
    if (alsoLocal) this.fuelLocal(OP.localTee);
    this.global(OP.globalSet, fuel);
  }

  /** Takes `units` and the cost of the count on top of the stack; the fuel is then in the local in any case. */
  chargeSized(units: number, isPages: boolean, keepsLocal: boolean): void {
    const { out, globals } = this;
    this.countLocal(OP.localTee);
    if (keepsLocal) this.fuelLocal(OP.localGet);
    else this.global(OP.globalGet, globals.fuel);
    if (units !== 0) {
      this.constant(units);
      out.u8(OP.i64Sub);
    }
    this.countLocal(OP.localGet);
    out.u8(OP.i64ExtendI32U);
    if (!isPages) {
      this.constant(UNITS_PER_FUEL - 1);
      out.u8(OP.i64Add);
    }
    this.constant(Math.log2(isPages ? FUEL_PER_PAGE : UNITS_PER_FUEL));
    out.u8(isPages ? OP.i64Shl : OP.i64ShrU);
    out.u8(OP.i64Sub);
    this.fuelLocal(keepsLocal ? OP.localSet : OP.localTee);
    if (!keepsLocal) this.global(OP.globalSet, globals.fuel);
  }

  /** Whether the fuel in the local, or with `alsoDepth` the depth in its local, is below 0: one i32 on the stack. */
  test(alsoDepth: boolean): void {
    this.fuelLocal(OP.localGet);
    if (alsoDepth) {
      this.usesDepth = true;
      this.depthLocal(OP.localGet);
      this.out.u8(OP.i64Or);
    }
    this.constant(0);
    this.out.u8(OP.i64LtS);
  }

  branchIf(label: number): void {
    this.out.u8(OP.brIf);
    this.out.u32(label);
  }

  /** Takes `units` of stack. */
  enter(units: number): void {
    this.countsDepth = this.usesDepth = true;
    this.global(OP.globalGet, this.globals.depth);
    this.constant(units);
    this.out.u8(OP.i64Sub);
    this.depthLocal(OP.localTee);
    this.global(OP.globalSet, this.globals.depth);
  }

  /** Gives back what {@link enter} took. */
  leave(units: number): void {
    this.depthLocal(OP.localGet);
    this.constant(units);
    this.out.u8(OP.i64Add);
    this.global(OP.globalSet, this.globals.depth);
  }

  /** Puts the fuel on the stack, for a function that takes and gives it. */
  pass(keepsLocal: boolean): void {
    if (keepsLocal) this.fuelLocal(OP.localGet);
    else this.global(OP.globalGet, this.globals.fuel);
  }

  /** Puts the depth that is left for such a function on the stack, `units` less than there is here. */
  passDepth(isOwn: boolean, units: number): void {
    if (isOwn) {
      this.depthLocal(OP.localGet);
    } else {
      this.countsDepth = true;
      this.global(OP.globalGet, this.globals.depth);
    }
    this.constant(units);
    this.out.u8(OP.i64Sub);
  }

  /** Takes the fuel that such a function gives back off the stack. */
  take(keepsLocal: boolean): void {
    if (keepsLocal) this.fuelLocal(OP.localSet);
    else this.global(OP.globalSet, this.globals.fuel);
  }

  /** Ends the run: leaves in the global what tells why and the stack as it was at the start, then traps. */
  stop(keepsLocal: boolean, ownsDepth: boolean): void {
    if (this.usesDepth) {
      this.fuelLocal(OP.localGet);
      this.fuelLocal(OP.localGet);
      this.out.u8(OP.i64Const);
      this.out.append(TOO_DEEP);
      this.out.u8(OP.i64Add);
      this.test(false);
      this.out.u8(OP.select);
      this.global(OP.globalSet, this.globals.fuel);
      if (!ownsDepth) {
        this.constant(this.globals.depthMax);
        this.global(OP.globalSet, this.globals.depth);
      }
    } else if (keepsLocal) {
      this.spill();
    }
    this.out.u8(OP.unreachable);
  }

  constant(value: number): void {
    this.out.u8(OP.i64Const);
    if (value === (value | 0)) this.out.s32(value);
    else this.out.s64(BigInt(value));
  }

  private global(op: number, index: number): void {
    this.out.u8(op);
    this.out.u32(index);
  }

  private fuelLocal(op: number): void {
    this.local(op, this.locals.fuel);
  }

  private depthLocal(op: number): void {
    this.local(op, this.locals.depth);
  }

  private countLocal(op: number): void {
    this.local(op, this.locals.count);
  }

  private local(op: number, index: number): void {
    this.out.u8(op);
    this.out.u32(index);
  }
}
