/**
 * sdk/run owns runs as a program author sees them: many at once over a stream of inputs, and the signals that end them.
 * It promises that what is left early leaves nothing running.
 */
export { aborted, onAbort, type Abort } from './abort.ts';
export {
  RunningMap,
  type FabricMap,
  type MapInputs,
  type MapOptions,
  type MapProgress,
  type MapResult,
} from './fabric-map.ts';
export type { RunPort } from './run-port.ts';
