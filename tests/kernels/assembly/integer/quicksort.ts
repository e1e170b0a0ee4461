/** Sorts n pseudo-random i32 by recursive quicksort with insertion sort below 12; answers a checksum of the order. */
const VALUES = memory.data(1 << 20);

function get(index: i32): i32 {
  return load<i32>(VALUES + ((<usize>index) << 2));
}

function set(index: i32, value: i32): void {
  store<i32>(VALUES + ((<usize>index) << 2), value);
}

function partition(low: i32, high: i32): i32 {
  const pivot = get((low + high) >> 1);
  let i = low;
  let j = high;
  while (i <= j) {
    while (get(i) < pivot) i++;
    while (get(j) > pivot) j--;
    if (i <= j) {
      const held = get(i);
      set(i, get(j));
      set(j, held);
      i++;
      j--;
    }
  }
  return i;
}

function insertionSort(low: i32, high: i32): void {
  for (let i = low + 1; i <= high; i++) {
    const value = get(i);
    let j = i - 1;
    while (j >= low && get(j) > value) {
      set(j + 1, get(j));
      j--;
    }
    set(j + 1, value);
  }
}

function sort(low: i32, high: i32): void {
  if (high - low < 12) {
    insertionSort(low, high);
    return;
  }
  const middle = partition(low, high);
  sort(low, middle - 1);
  sort(middle, high);
}

export function run(n: i32): i32 {
  let state: u32 = 2463534242;
  for (let i = 0; i < n; i++) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    set(i, <i32>state);
  }
  sort(0, n - 1);
  let checksum = 0;
  for (let i = 0; i < n; i++) {
    if (i > 0 && get(i - 1) > get(i)) return -1;
    checksum = checksum * 31 + get(i);
  }
  return checksum;
}
