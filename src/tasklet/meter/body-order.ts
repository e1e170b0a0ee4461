/** Parameters of a threaded function beyond its own: fuel, depth. */
export const PARAMS_ADDED = 2;

/** What the writing of one function depends on beyond its own code. */
export interface BodyOrder {
  readonly exprStart: number;
  readonly bodyEnd: number;
  /** Keeps the fuel in a local from start to end; otherwise it stays in the global. */
  readonly keepsLocal: boolean;
  /** Takes fuel and depth as two more parameters and gives the fuel back as one more result; then it keeps it local. */
  readonly isThreaded: boolean;
  readonly paramCount: number;
  readonly checksEntry: boolean;
  readonly checksEnd: boolean;
  /** Block type of the function's results, as it is written. */
  readonly resultType: number;
  /** Units of stack that a call which counts takes. */
  readonly frameUnits: number;
  /** Whether the balance is checked before a call of this callee (-1: indirect). */
  checksCall(callee: number): boolean;
  /** The same for a call that ends the function. */
  checksTailCall(callee: number): boolean;
  /** Whether the balance must be checked after a call that ends the function, so that it cannot end it. */
  checksAfterTailCall(callee: number): boolean;
  /** Whether this callee takes and gives the fuel. */
  passesFuel(callee: number): boolean;
  /** Whether a call of this callee counts towards the depth. */
  countsCall(callee: number): boolean;
}
