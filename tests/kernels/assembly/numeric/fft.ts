/** In-place radix-2 FFT of 2^n complex f64, forward and back; answers a checksum of the result. */
const RE = memory.data(65536 * 8);
const IM = memory.data(65536 * 8);

function at(base: usize, index: i32): usize {
  return base + ((<usize>index) << 3);
}

function swap(base: usize, i: i32, j: i32): void {
  const held = load<f64>(at(base, i));
  store<f64>(at(base, i), load<f64>(at(base, j)));
  store<f64>(at(base, j), held);
}

function reverseBits(size: i32): void {
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      swap(RE, i, j);
      swap(IM, i, j);
    }
  }
}

/** cos and sin of an angle in [-π, π], by their series: the same bits everywhere. */
function cosine(x: f64): f64 {
  let term: f64 = 1;
  let sum: f64 = 1;
  for (let k = 1; k < 14; k++) {
    term *= (-x * x) / <f64>((2 * k - 1) * (2 * k));
    sum += term;
  }
  return sum;
}

function sine(x: f64): f64 {
  let term = x;
  let sum = x;
  for (let k = 1; k < 14; k++) {
    term *= (-x * x) / <f64>(2 * k * (2 * k + 1));
    sum += term;
  }
  return sum;
}

function transform(size: i32, sign: f64): void {
  reverseBits(size);
  for (let length = 2; length <= size; length <<= 1) {
    const angle = (sign * 6.283185307179586) / <f64>length;
    const stepRe = cosine(angle);
    const stepIm = sine(angle);
    for (let start = 0; start < size; start += length) {
      let re: f64 = 1;
      let im: f64 = 0;
      for (let k = 0; k < length >> 1; k++) {
        const low = start + k;
        const high = low + (length >> 1);
        const highRe = load<f64>(at(RE, high));
        const highIm = load<f64>(at(IM, high));
        const oddRe = highRe * re - highIm * im;
        const oddIm = highRe * im + highIm * re;
        const evenRe = load<f64>(at(RE, low));
        const evenIm = load<f64>(at(IM, low));
        store<f64>(at(RE, low), evenRe + oddRe);
        store<f64>(at(IM, low), evenIm + oddIm);
        store<f64>(at(RE, high), evenRe - oddRe);
        store<f64>(at(IM, high), evenIm - oddIm);
        const next = re * stepRe - im * stepIm;
        im = re * stepIm + im * stepRe;
        re = next;
      }
    }
  }
}

export function run(n: i32): f64 {
  const size = 1 << n;
  for (let i = 0; i < size; i++) {
    store<f64>(at(RE, i), <f64>((i * 37) % 101) / 50.0 - 1.0);
    store<f64>(at(IM, i), 0);
  }
  transform(size, -1);
  let sum: f64 = 0;
  for (let i = 0; i < size; i++) sum += abs(load<f64>(at(RE, i))) - abs(load<f64>(at(IM, i)));
  transform(size, 1);
  for (let i = 0; i < size; i += 7) sum += load<f64>(at(RE, i)) / <f64>size;
  return sum;
}
