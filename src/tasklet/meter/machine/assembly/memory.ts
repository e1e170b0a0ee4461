// Where things lie in the machine's memory: whoever wants room reserves it, and all of it is let go together.

const PAGE_BYTES: usize = 65536;

let reserved: usize = 0;
/** Whether the machine has stopped because it got no more memory. */
export let isOutOfMemory: bool = false;

/** Lets go of all room that was reserved. */
export function releaseAll(): void {
  reserved = __heap_base;
  isOutOfMemory = false;
}

/** `bytes` of room, not cleared. Traps when there is no more memory. */
export function reserve(bytes: usize): usize {
  const at = (reserved + 15) & ~15;
  reserved = at + bytes;
  need(reserved);
  return at;
}

/** The same, cleared. */
export function reserveCleared(bytes: usize): usize {
  const at = reserve(bytes);
  memory.fill(at, 0, bytes);
  return at;
}

/** Room at the end of everything, which grows as {@link need} asks for it. Nothing can be reserved after it. */
export function reserveRest(): usize {
  return reserve(0);
}

/** Makes sure of the memory before `end`. */
export function need(end: usize): void {
  const pages = <i32>((end + (PAGE_BYTES - 1)) / PAGE_BYTES);
  const missing = pages - memory.size();
  if (missing <= 0 || memory.grow(missing) >= 0) return;
  isOutOfMemory = true;
  unreachable();
}

/** End of the memory there is. */
export function memoryEnd(): usize {
  return <usize>memory.size() * PAGE_BYTES;
}
