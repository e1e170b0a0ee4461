/**
 * sdk/warm owns tasklets that are opened once and called many times, as a program author sees them. It promises that every
 * call settles, and that what is closed leaves no lease behind.
 */
export type { InstanceEnd } from './instance.ts';
export { openWarm, type WarmOptions } from './open-warm.ts';
export type { WarmPort } from './warm-port.ts';
export type { CallInputs, CallOptions, CallResult, CallsOptions, IndexedCall, WarmTasklet } from './warm-tasklet.ts';
