import { FabricMem, fromUtf8, JsonWriter, Output, progress, Status, WaitEnd } from 'grafos-std';

const BAD_INPUT: i32 = 1;
const NO_BAND: i32 = 2;
const LEASE_OVER: i32 = 3;
const LEFT_ALONE: i32 = 4;

// A band's region (README.md): four words, then its rows twice, those of even generations first.
const GENERATION: u64 = 0;
const UNTIL: u64 = 4;
const ROWS: u64 = 8;
const COLUMNS: u64 = 12;
const SLOTS: u64 = 16;

/** As `UNTIL`: come home from whatever generation you rest at. */
const HOME: u32 = u32.MAX_VALUE;
const WAIT_MS: u32 = 60_000;
const SIDE_MAX: u32 = 4_096;

/**
 * Steps the band that lies in lease 0. The input says: from which generation to which, and the indices of the leases in which
 * the bands above and below lie.
 */
export function band(input: Uint8Array): Output {
  const said = fromUtf8(input).trim().split(' ');
  if (said.length !== 4) return Output.fail(BAD_INPUT, 'the input is four whole numbers: from, to, above, below');
  const from = <u32>U32.parseInt(said[0]);
  const to = <u32>U32.parseInt(said[1]);
  const own = FabricMem.at(0);
  const upper = FabricMem.at(<u32>U32.parseInt(said[2]));
  const lower = FabricMem.at(<u32>U32.parseInt(said[3]));
  if (own === null || upper === null || lower === null)
    return Output.fail(NO_BAND, 'the run was not handed its own band and those above and below');
  const above = new Neighbour(upper);
  const below = new Neighbour(lower);
  const rows = sideAt(own, ROWS);
  const columns = sideAt(own, COLUMNS);
  if (rows === 0 || columns === 0 || columns !== below.columns || columns !== above.columns)
    return Output.fail(NO_BAND, 'what lies in the leases are no bands of one board');

  const squares = rows * columns;
  const now = new Uint8Array(squares + 2 * columns);
  const inner = now.subarray(columns, columns + squares);
  const next = new Uint8Array(squares);
  if (!own.readInto(slotOf(from, squares), inner)) return over(from, 'its own lease', own.status);
  let generation = from;
  for (; generation < to; generation++) {
    const allowed = awaitLeave(own, generation);
    if (allowed === HOME) break;
    if (allowed <= generation) return over(generation, 'its own lease', own.status);
    if (!above.readRow(generation, true, now.subarray(0, columns)))
      return over(generation, 'the lease above', upper.status);
    if (!below.readRow(generation, false, now.subarray(columns + squares)))
      return over(generation, 'the lease below', lower.status);
    step(now, next, rows, columns);
    inner.set(next);
    if (!own.write(slotOf(generation + 1, squares), next)) return over(generation, 'its own lease', own.status);
    own.store32(GENERATION, generation + 1);
    own.notify(GENERATION);
    progress(generation + 1 - from, to - from);
  }
  return Output.json(JsonWriter.object().field('from', from).field('to', generation));
}

/** What a band needs to know of the one above or below it. */
class Neighbour {
  readonly columns: u32;
  private readonly rows: u32;

  constructor(private readonly memory: FabricMem) {
    this.rows = sideAt(memory, ROWS);
    this.columns = sideAt(memory, COLUMNS);
  }

  /** Waits for a generation and reads its last row, or its first. Whether it came to that. */
  readRow(generation: u32, isLast: bool, row: Uint8Array): bool {
    // It is at most one behind: it could not be further without what we told it.
    for (let waited = WaitEnd.WOKEN; waited !== WaitEnd.NOT_EQUAL;) {
      waited = this.memory.wait(GENERATION, generation - 1, WAIT_MS);
      if (waited < 0 || waited === WaitEnd.TIMED_OUT) return false;
    }
    const rowAt: u64 = isLast ? (this.rows - 1) * this.columns : 0;
    return this.memory.readInto(slotOf(generation, this.rows * this.columns) + rowAt, row);
  }
}

/** Until which generation it may step, beyond `generation`; what is no further says that its lease is over, or nobody cared. */
function awaitLeave(own: FabricMem, generation: u32): u32 {
  let until = own.load32(UNTIL);
  while (own.status === Status.OK && until <= generation) {
    const waited = own.wait(UNTIL, until, WAIT_MS);
    if (waited < 0 || waited === WaitEnd.TIMED_OUT) return 0;
    until = own.load32(UNTIL);
  }
  return until;
}

/** `now` has a row of the band above before its own and one of the band below after them. */
function step(now: Uint8Array, next: Uint8Array, rows: u32, columns: u32): void {
  const out = next.dataStart;
  for (let row: u32 = 0; row < rows; row++) {
    const above = now.dataStart + row * columns;
    const here = above + columns;
    const below = here + columns;
    for (let x: u32 = 0; x < columns; x++) {
      const left = x === 0 ? columns - 1 : x - 1;
      const right = x === columns - 1 ? 0 : x + 1;
      const around: u32 =
        <u32>load<u8>(above + left) +
        load<u8>(above + x) +
        load<u8>(above + right) +
        load<u8>(here + left) +
        load<u8>(here + right) +
        load<u8>(below + left) +
        load<u8>(below + x) +
        load<u8>(below + right);
      store<u8>(out + row * columns + x, <u8>(around === 3 || (around === 2 && load<u8>(here + x) === 1)));
    }
  }
}

function slotOf(generation: u32, squares: u32): u64 {
  return SLOTS + <u64>(generation % 2) * squares;
}

/** A side as the region says it, or 0 when it is none in bounds. */
function sideAt(memory: FabricMem, offset: u64): u32 {
  const bytes = memory.read(offset, 4);
  const side = bytes.length === 4 ? load<u32>(bytes.dataStart) : 0;
  return side <= SIDE_MAX ? side : 0;
}

function over(generation: u32, what: string, status: i32): Output {
  const at = ' at generation ' + generation.toString();
  if (status === Status.OK) return Output.fail(LEFT_ALONE, 'nothing more came by ' + what + at);
  return Output.fail(LEASE_OVER, what + ' was over' + at + ', status ' + status.toString());
}
