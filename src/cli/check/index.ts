/**
 * check owns what `grafos validate` finds out about a program without any network: whether each module is admitted, what
 * it makes of every fixture with an expected output, at which fuel and memory, and which budgets would do. The same
 * program gives the same report on every machine.
 */
export { validateProgram } from './validate.ts';
export { REPORT_FILE, writeReport, type CheckedFixture, type CheckedTasklet, type ValidationReport } from './report.ts';
