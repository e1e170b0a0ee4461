/** Thrown when the program itself is wrong. Never caught to carry on: the worker or cell that raised it stops. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Throws {@link AssertionError} when `condition` is false. For programmer errors only, never for input. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Closes a switch over a union: the compiler proves it unreachable, the throw guards against wrong types at run time. */
export function assertNever(value: never, message = 'unreachable case'): never {
  throw new AssertionError(`${message}: ${String(value)}`);
}
