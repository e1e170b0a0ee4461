/** Sorts n pseudo-random i32 by recursive quicksort with insertion sort below 12; answers a checksum of the order. */
function partition(values: StaticArray<i32>, low: i32, high: i32): i32 {
  const pivot = unchecked(values[(low + high) >> 1]);
  let i = low;
  let j = high;
  while (i <= j) {
    while (unchecked(values[i]) < pivot) i++;
    while (unchecked(values[j]) > pivot) j--;
    if (i <= j) {
      const held = unchecked(values[i]);
      unchecked((values[i] = values[j]));
      unchecked((values[j] = held));
      i++;
      j--;
    }
  }
  return i;
}

function insertionSort(values: StaticArray<i32>, low: i32, high: i32): void {
  for (let i = low + 1; i <= high; i++) {
    const value = unchecked(values[i]);
    let j = i - 1;
    while (j >= low && unchecked(values[j]) > value) {
      unchecked((values[j + 1] = values[j]));
      j--;
    }
    unchecked((values[j + 1] = value));
  }
}

function sort(values: StaticArray<i32>, low: i32, high: i32): void {
  if (high - low < 12) {
    insertionSort(values, low, high);
    return;
  }
  const middle = partition(values, low, high);
  sort(values, low, middle - 1);
  sort(values, middle, high);
}

export function run(n: i32): i32 {
  heap.reset();
  const values = new StaticArray<i32>(n);
  let state: u32 = 2463534242;
  for (let i = 0; i < n; i++) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    values[i] = <i32>state;
  }
  sort(values, 0, n - 1);
  let checksum = 0;
  for (let i = 0; i < n; i++) {
    if (i > 0 && values[i - 1] > values[i]) return -1;
    checksum = checksum * 31 + values[i];
  }
  return checksum;
}
