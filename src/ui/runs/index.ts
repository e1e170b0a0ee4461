/**
 * runs shows what was run: the list of runs with their state, and one run in full with its output, response, receipt
 * and what can be saved. It starts nothing; it tells what a person asked for.
 */
export { ResultOutput } from './result-output.ts';
export { ResultPanel } from './result-panel.ts';
export { saveOutput, saveText } from './save.ts';
export { RunList } from './run-list.ts';
