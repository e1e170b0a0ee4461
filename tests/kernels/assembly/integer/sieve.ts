/** Primes below n by the sieve of Eratosthenes; answers how many. */
const CAPACITY: i32 = 4 << 20;
const FLAGS = memory.data(4 << 20);

export function run(n: i32): i32 {
  const limit = min(n, CAPACITY);
  memory.fill(FLAGS, 1, limit);
  for (let i = 2; i * i < limit; i++) {
    if (load<u8>(FLAGS + i)) {
      for (let j = i * i; j < limit; j += i) store<u8>(FLAGS + j, 0);
    }
  }
  let count = 0;
  for (let i = 2; i < limit; i++) count += load<u8>(FLAGS + i);
  return count;
}
