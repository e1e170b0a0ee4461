/**
 * terminal owns what the command says to a person or a script: its failures with their exit codes, its tables, and
 * the rule that standard output carries results only while everything else goes to standard error.
 */
export {
  CommandError,
  EXIT_CODES,
  reasonOf,
  toCommandError,
  type CommandErrorCode,
  type CommandFailure,
} from './command-error.ts';
export { unknownName } from './nearest.ts';
export { createTerminal, spoken, type Terminal } from './output.ts';
export { formatBytes, formatCount, renderTable } from './table.ts';
