import { join } from 'node:path';
import { defineCommand } from 'citty';
import { formatBuildProblem } from '../../build/index.ts';
import { REPORT_FILE, validateProgram, writeReport, type ValidationReport } from '../../check/index.ts';
import { formatSize } from '../../../manifest/index.ts';
import { CommandError, createTerminal, EXIT_CODES, formatCount, renderTable } from '../../terminal/index.ts';
import { DIRECTORY_ARG } from './directory.ts';

/** `grafos validate`: everything that can be known of a program before it goes anywhere. */
export const validate = defineCommand({
  meta: {
    name: 'validate',
    description:
      'Build the program, admit its modules and run its fixtures, without a network. Example: grafos validate',
  },
  args: {
    ...DIRECTORY_ARG,
    json: { type: 'boolean', description: 'Print the report as one JSON object', default: false },
  },
  async run({ args }) {
    const terminal = createTerminal();
    const report = await validateProgram(args.directory, terminal.say);
    if (report.program !== null) await writeReport(args.directory, report);
    if (args.json) {
      terminal.print(JSON.stringify(report));
      return report.isValid ? EXIT_CODES.ok : EXIT_CODES.failed;
    }
    if (report.program !== null) terminal.print(tableOf(report));
    const problems = validationProblems(report);
    if (problems.length > 0) throw CommandError.of('validation_failed', problems.join('\n'));
    terminal.print(`${report.program ?? ''} is valid. The report is ${join(args.directory, REPORT_FILE)}.`);
    return EXIT_CODES.ok;
  },
});

/** What keeps a program from being valid, one line each. */
export function validationProblems({ problems, tasklets, graph }: ValidationReport): readonly string[] {
  return [
    ...problems.map(formatBuildProblem),
    ...tasklets.flatMap(({ name, denials, fixtures }) => [
      ...denials.map(({ code, message }) => `${name}: ${message} (${code})`),
      ...fixtures.flatMap(({ fixture, message }) =>
        message === undefined ? [] : [`${name} on ${fixture}: ${message}`],
      ),
    ]),
    ...graph.flatMap(({ node, message }) => (message === undefined ? [] : [`graph.${node}: ${message}`])),
  ];
}

function tableOf({ tasklets, graph }: ValidationReport): string {
  const rows = tasklets.flatMap((tasklet) => {
    const { name, fuel, memoryBytes, fixtures, denials } = tasklet;
    const total = [
      name,
      denials.length > 0 ? 'refused' : 'admitted',
      fuel.suggested === undefined
        ? 'no fixture expects anything'
        : `suggested of ${formatCount(fuel.declared)} and ${formatSize(memoryBytes.declared)}`,
      fuel.suggested === undefined ? '' : formatCount(fuel.suggested),
      memoryBytes.suggested === undefined ? '' : formatSize(memoryBytes.suggested),
    ];
    const runs = fixtures.map((each) => [
      '',
      each.isAsExpected ? 'as expected' : 'NOT as expected',
      `${each.fixture} (${each.expected})`,
      formatCount(each.fuelUsed),
      formatSize(each.peakMemoryBytes),
    ]);
    return [total, ...runs];
  });
  const nodes = graph.map(({ node, status, isAsExpected, runs, output }) => [
    `graph.${node}`,
    isAsExpected ? 'as expected' : `NOT as expected: ${status}`,
    `${runs} ${runs === 1 ? 'run' : 'runs'}, sha-256 ${output.slice(0, 16)}`,
    '',
    '',
  ]);
  return renderTable(['tasklet', 'verdict', 'fixture', 'fuel', 'memory'], [...rows, ...nodes]);
}
