/**
 * words turns what a snapshot holds into what a person reads: sizes, times, states, outputs, failures.
 * Pure functions, no elements; one wording for one thing on the whole page.
 */
export { bytesOfBase64, fileEnding, hexLines, outputShape, prettyJson, type OutputShape } from './content.ts';
export { failureOf } from './failure.ts';
export {
  formatBytes,
  formatClock,
  formatCount,
  formatCountdown,
  formatDuration,
  formatShare,
  plural,
  shortened,
  shortId,
} from './format.ts';
export {
  cellName,
  cellStateText,
  cellTone,
  isEnded,
  leaseTone,
  quantityText,
  RUN_STEPS,
  runTone,
  linkText,
  type Tone,
} from './status.ts';
