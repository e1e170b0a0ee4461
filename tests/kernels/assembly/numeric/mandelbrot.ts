/** Escape times over an n × n grid of the Mandelbrot set; answers their sum. */
const LIMIT: i32 = 64;

function escapeTime(cx: f64, cy: f64): i32 {
  let x: f64 = 0;
  let y: f64 = 0;
  let iteration = 0;
  while (iteration < LIMIT) {
    const xx = x * x;
    const yy = y * y;
    if (xx + yy > 4) break;
    y = 2 * x * y + cy;
    x = xx - yy + cx;
    iteration++;
  }
  return iteration;
}

export function run(n: i32): i32 {
  let sum = 0;
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      sum += escapeTime((<f64>column / <f64>n) * 3 - 2, (<f64>row / <f64>n) * 2 - 1);
    }
  }
  return sum;
}
