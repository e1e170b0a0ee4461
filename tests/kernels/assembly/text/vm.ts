/** A register machine in a switch, running a program that sums and scrambles for n rounds; answers a register. */
const CODE: StaticArray<u8> = [
  // prettier-ignore
  0,
  1,
  0, // r1 = 0
  0,
  2,
  1, // r2 = 1
  1,
  1,
  2, // loop: r1 += r2
  3,
  3,
  1, // r3 = r3 ^ r1
  4,
  3,
  5, // r3 = rotl(r3, 5)
  2,
  1,
  3, // r1 = r1 * (r3 | 1)
  7,
  4,
  3, // memory[r4 & 63] += r3
  5,
  0,
  0, // r0 -= 1
  8,
  4,
  7, // r4 += 7
  6,
  0,
  6, // if r0 goto 6
  9,
  0,
  0, // halt
];
const REGISTERS = memory.data(8 * 4);
const CELLS = memory.data(64 * 4);

function get(register: i32): i32 {
  return load<i32>(REGISTERS + ((<usize>register) << 2));
}

function set(register: i32, value: i32): void {
  store<i32>(REGISTERS + ((<usize>register) << 2), value);
}

export function run(n: i32): i32 {
  memory.fill(REGISTERS, 0, 32);
  memory.fill(CELLS, 0, 256);
  set(0, n);
  let pc = 0;
  while (true) {
    const op = unchecked(CODE[pc]);
    const a = <i32>unchecked(CODE[pc + 1]);
    const b = <i32>unchecked(CODE[pc + 2]);
    pc += 3;
    switch (op) {
      case 0:
        set(a, b);
        break;
      case 1:
        set(a, get(a) + get(b));
        break;
      case 2:
        set(a, get(a) * (get(b) | 1));
        break;
      case 3:
        set(a, get(a) ^ get(b));
        break;
      case 4:
        set(a, rotl(get(a), b));
        break;
      case 5:
        set(a, get(a) - 1);
        break;
      case 6:
        if (get(a) !== 0) pc = b;
        break;
      case 7: {
        const cell = CELLS + ((<usize>(get(a) & 63)) << 2);
        store<i32>(cell, load<i32>(cell) + get(b));
        break;
      }
      case 8:
        set(a, get(a) + b);
        break;
      default:
        return get(1) ^ load<i32>(CELLS);
    }
  }
}
