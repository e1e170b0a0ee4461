/**
 * check owns the rules and watches a fabric from outside: safety after every step, liveness once it is healed. It asks
 * cells only what anybody may ask, and sees the rest at their ports and on the wire.
 */
export { Checker } from './checker.ts';
export type { MemoryRules, PolicyRules } from './rules/index.ts';
export { Violations, type Violation } from './violations.ts';
