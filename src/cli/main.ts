import { stripVTControlCharacters } from 'node:util';
import { renderUsage, runCommand, type ArgsDef, type CommandDef } from 'citty';
import { checkOptions, demo, serve } from './commands/index.ts';
import {
  CommandError,
  createTerminal,
  EXIT_CODES,
  toCommandError,
  unknownName,
  type Terminal,
} from './terminal/index.ts';

/** A command whose options are known without running it. */
interface Command {
  readonly description: string;
  readonly args: ArgsDef;
  usage(): Promise<string>;
  /** Answers the exit code. */
  run(words: readonly string[]): Promise<unknown>;
}

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['serve', commandOf(serve)],
  ['demo', commandOf(demo)],
]);

/** The `grafos` command. Ends the process with an exit code of {@link EXIT_CODES}. */
export async function main(words: readonly string[]): Promise<void> {
  const terminal = createTerminal();
  try {
    const code = await dispatch(words, terminal);
    // A server's and a browser's leftovers (sockets, timers) would keep the process waiting for nothing.
    process.exit(typeof code === 'number' ? code : EXIT_CODES.ok);
  } catch (thrown) {
    const error = toCommandError(thrown);
    if (words.includes('--json')) terminal.print(JSON.stringify({ error: error.failure }));
    terminal.say(`grafos: ${error.failure.message}\n        ${error.failure.recovery} (${error.failure.code})`);
    if (error.failure.code === 'internal' && thrown instanceof Error) terminal.say(thrown.stack ?? '');
    process.exit(error.exitCode);
  }
}

async function dispatch(words: readonly string[], terminal: Terminal): Promise<unknown> {
  const [name, ...rest] = words;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.print(overview());
    return name === undefined ? EXIT_CODES.usage : EXIT_CODES.ok;
  }
  const command = COMMANDS.get(name);
  if (command === undefined)
    throw CommandError.of('argument_invalid', unknownName('command', name, [...COMMANDS.keys()]));
  if (rest.includes('--help') || rest.includes('-h')) {
    const usage = `${await command.usage()}\n${exitCodes()}`;
    terminal.print(terminal.isInteractive ? usage : stripVTControlCharacters(usage));
    return EXIT_CODES.ok;
  }
  checkOptions(rest, command.args);
  return command.run(rest);
}

function commandOf<T extends ArgsDef>(definition: CommandDef<T> & { readonly args?: unknown }): Command {
  const { args, meta } = definition;
  return {
    description: typeof meta === 'object' && 'description' in meta ? (meta.description ?? '') : '',
    args: isArgs(args) ? args : {},
    usage: () => renderUsage(definition, { meta: { name: 'grafos' } }),
    run: async (words) => (await runCommand(definition, { rawArgs: [...words] })).result,
  };
}

function isArgs(args: unknown): args is ArgsDef {
  return typeof args === 'object' && args !== null && !('then' in args);
}

function overview(): string {
  const names = [...COMMANDS].map(([name, { description }]) => `  grafos ${name.padEnd(8)} ${description}`);
  return [
    'Browser tabs that lend each other their resources.',
    '',
    ...names,
    '',
    exitCodes(),
    '',
    'Every command has --help.',
  ].join('\n');
}

function exitCodes(): string {
  const { ok, failed, usage, environment, interrupted } = EXIT_CODES;
  return `Exit codes: ${ok} done, ${failed} failed, ${usage} wrong usage, ${environment} browser or port missing, ${interrupted} interrupted.`;
}
