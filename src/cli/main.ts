import { stripVTControlCharacters } from 'node:util';
import { checkOptions, COMMANDS, type Command } from './commands/index.ts';
import {
  CommandError,
  createTerminal,
  EXIT_CODES,
  toCommandError,
  unknownName,
  type Terminal,
} from './terminal/index.ts';

/** The `grafos` command. Ends the process with an exit code of {@link EXIT_CODES}. */
export async function main(words: readonly string[]): Promise<void> {
  const terminal = createTerminal();
  const code = await exitCodeOf(words, terminal);
  await terminal.flush();
  // A server's and a browser's leftovers (sockets, timers) would keep the process waiting for nothing.
  process.exit(code);
}

async function exitCodeOf(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const code = await dispatch(words, terminal);
    return typeof code === 'number' ? code : EXIT_CODES.ok;
  } catch (thrown) {
    const error = toCommandError(thrown);
    if (words.includes('--json')) terminal.print(JSON.stringify({ error: error.failure }));
    terminal.say(`grafos: ${error.failure.message}\n        ${error.failure.recovery} (${error.failure.code})`);
    if (error.failure.code === 'internal' && thrown instanceof Error) terminal.say(thrown.stack ?? '');
    return error.exitCode;
  }
}

async function dispatch(words: readonly string[], terminal: Terminal): Promise<unknown> {
  const [first, second] = words;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    terminal.print(overview([...COMMANDS]));
    return first === undefined ? EXIT_CODES.usage : EXIT_CODES.ok;
  }
  const group = [...COMMANDS].filter(([each]) => each.startsWith(`${first} `));
  const isPair = group.length > 0 && second !== undefined && COMMANDS.has(`${first} ${second}`);
  // A word that is a command by itself too takes options where others take their second word.
  const isGroupOnly = group.length > 0 && !COMMANDS.has(first);
  if (isGroupOnly && (second === undefined || second === '--help' || second === '-h')) {
    terminal.print(overview(group));
    return second === undefined ? EXIT_CODES.usage : EXIT_CODES.ok;
  }
  const name = isPair || isGroupOnly ? `${first} ${second ?? ''}` : first;
  const rest = words.slice(isPair ? 2 : 1);
  const command = COMMANDS.get(name);
  if (command === undefined)
    throw CommandError.of('argument_invalid', unknownName('command', name, [...COMMANDS.keys()]));
  const loaded = await command.load();
  if (rest.includes('--help') || rest.includes('-h')) {
    const usage = `${await loaded.usage()}\n${exitCodes()}`;
    terminal.print(terminal.isInteractive ? usage : stripVTControlCharacters(usage));
    return EXIT_CODES.ok;
  }
  checkOptions(rest, loaded.args);
  return loaded.run(rest);
}

function overview(commands: readonly (readonly [string, Command])[]): string {
  const names = commands.map(([name, { description }]) => `  grafos ${name.padEnd(24)} ${description}`);
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
