/** Product of two n × n matrices of f64, three plain loops; answers the trace of the product. */
const A = memory.data(256 * 256 * 8);
const B = memory.data(256 * 256 * 8);
const C = memory.data(256 * 256 * 8);

export function run(n: i32): f64 {
  for (let i = 0; i < n * n; i++) {
    store<f64>(A + ((<usize>i) << 3), <f64>((i * 7) % 13) - 6.0);
    store<f64>(B + ((<usize>i) << 3), <f64>((i * 11) % 17) - 8.0);
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum: f64 = 0;
      for (let k = 0; k < n; k++) {
        sum += load<f64>(A + ((<usize>(i * n + k)) << 3)) * load<f64>(B + ((<usize>(k * n + j)) << 3));
      }
      store<f64>(C + ((<usize>(i * n + j)) << 3), sum);
    }
  }
  let trace: f64 = 0;
  for (let i = 0; i < n; i++) trace += load<f64>(C + ((<usize>(i * n + i)) << 3));
  return trace;
}
