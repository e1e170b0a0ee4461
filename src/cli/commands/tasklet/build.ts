import { relative } from 'node:path';
import { defineCommand } from 'citty';
import { buildProgram, formatBuildProblem } from '../../build/index.ts';
import { CommandError, createTerminal, EXIT_CODES, formatBytes } from '../../terminal/index.ts';
import { DIRECTORY_ARG } from '../program/index.ts';

/** `grafos tasklet build`: compiles each tasklet that a program declares. */
export const build = defineCommand({
  meta: {
    name: 'tasklet build',
    description:
      'Compile the tasklets that grafos.toml declares, to .grafos/tasklets/<sha256>.wasm. Example: grafos tasklet build',
  },
  args: {
    ...DIRECTORY_ARG,
    json: { type: 'boolean', description: 'Print one JSON object', default: false },
  },
  async run({ args }) {
    const terminal = createTerminal();
    const built = await buildProgram(args.directory);
    if (!built.ok) throw CommandError.of('build_failed', built.error.map(formatBuildProblem).join('\n'));
    const { manifest, tasklets } = built.value;
    const rows = tasklets.map(({ declared, module, sizeBytes, path, isReused }) => ({
      tasklet: declared.name,
      module,
      sizeBytes,
      path: relative(process.cwd(), path),
      isReused,
    }));
    if (args.json) terminal.print(JSON.stringify({ program: manifest.program.name, tasklets: rows }));
    for (const row of args.json ? [] : rows) {
      terminal.print(`${row.tasklet}: ${row.path}, ${formatBytes(row.sizeBytes)}${row.isReused ? ', unchanged' : ''}`);
    }
    return EXIT_CODES.ok;
  },
});
