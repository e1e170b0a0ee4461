/** Conway's life on a 64 × 64 torus for n generations; answers the number of living cells. */
const SIDE: i32 = 64;
const ONE = memory.data(64 * 64);
const TWO = memory.data(64 * 64);

function alive(field: usize, x: i32, y: i32): i32 {
  return load<u8>(field + ((y & (SIDE - 1)) * SIDE + (x & (SIDE - 1))));
}

function step(from: usize, to: usize): void {
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      let neighbours = 0;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          if (dx !== 0 || dy !== 0) neighbours += alive(from, x + dx, y + dy);
        }
      }
      const lives = neighbours === 3 || (neighbours === 2 && alive(from, x, y) === 1);
      store<u8>(to + (y * SIDE + x), lives ? 1 : 0);
    }
  }
}

export function run(n: i32): i32 {
  for (let i = 0; i < SIDE * SIDE; i++) store<u8>(ONE + i, ((i * 2654435761) >>> 28) & 1);
  for (let generation = 0; generation < n; generation++) {
    if (generation & 1) step(TWO, ONE);
    else step(ONE, TWO);
  }
  const last = n & 1 ? TWO : ONE;
  let count = 0;
  for (let i = 0; i < SIDE * SIDE; i++) count += load<u8>(last + i);
  return count;
}
