/**
 * commands owns what can be typed after `grafos`: one command a file, each answering its exit code. Results go to
 * standard output, everything else to standard error. A command is loaded when it is asked for, so that `--help` and
 * mistakes are answered at once.
 */
export { checkOptions } from './options.ts';
export { COMMANDS, type Command, type LoadedCommand } from './registry.ts';
