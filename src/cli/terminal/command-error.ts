import { FabricError, isFabricErrorCode, type FabricErrorCode } from '../../core/index.ts';

/** What the command's exit code tells a script. Printed by `grafos --help`. */
export const EXIT_CODES = {
  /** Done. */
  ok: 0,
  /** The work was tried and failed: a run failed, a cell never joined, a build has errors. */
  failed: 1,
  /** The command line is wrong; nothing was tried. */
  usage: 2,
  /** This machine lacks something: a browser, a free port. */
  environment: 3,
  /** Stopped by Ctrl-C. */
  interrupted: 130,
} as const;

/** Failures of the command itself: recovery and exit code by code. Failures of the fabric keep their own code. */
const COMMAND_FAILURES = {
  argument_invalid: ['usage', 'Run the command with --help to see what it takes.'],
  program_unknown: ['usage', 'Choose one of the programs that `npm run demo -- --list` prints.'],
  port_in_use: ['environment', 'Stop what is listening there, choose another with --port, or leave --port out.'],
  server_failed: ['environment', 'Read the message; the address in --port or --host may not be usable here.'],
  browser_missing: [
    'environment',
    'Install Chromium or Chrome (`npx playwright install chromium` works everywhere), or name one in GRAFOS_CHROMIUM.',
  ],
  browser_failed: [
    'environment',
    'Check that the browser starts by itself, free some memory, or name another one in GRAFOS_CHROMIUM.',
  ],
  build_failed: ['failed', 'Correct what the message names, then start again.'],
  tasklet_needs_lease: [
    'usage',
    '`grafos deploy` in its folder runs the program as a whole, and so does `grafos demo <program>` without --tasklet.',
  ],
  file_unreadable: ['usage', 'Check the path and that you may read the file.'],
  file_unwritable: ['usage', 'Check the path and that you may write there.'],
  module_rejected: ['failed', 'Run `grafos tasklet inspect` on it to see every reason; rebuild it as they say.'],
  page_failed: ['failed', 'Open the printed address in a browser and read its console; --headed shows the tabs.'],
  fabric_incomplete: ['failed', 'Try fewer cells, or a longer --timeout.'],
  run_failed: ['failed', 'Read response.json of the failed run; its error says what to do.'],
  deadline_exceeded: ['failed', 'Raise --timeout, or use fewer cells on a slow machine.'],
  fabric_missing: [
    'environment',
    'Start one with `grafos dev up`, name one with --fabric, or let `deploy run` open one with --cells.',
  ],
  fabric_running: ['failed', 'Use it, or end it with `grafos dev down` first.'],
  validation_failed: ['failed', 'Correct what is listed; .grafos/validation.json holds the whole report.'],
  directory_not_empty: ['usage', 'Choose another name, or an empty directory.'],
  policy_invalid: [
    'usage',
    'Correct what is listed; `grafos admin policy` prints the rules that hold in the form they take.',
  ],
  interrupted: ['interrupted', 'Start it again when you want it.'],
  internal: ['failed', 'Something is wrong in this command; report it with this message.'],
} as const satisfies Record<string, readonly [keyof typeof EXIT_CODES, string]>;

export type CommandErrorCode = keyof typeof COMMAND_FAILURES;

function isCommandErrorCode(code: string): code is CommandErrorCode {
  return Object.hasOwn(COMMAND_FAILURES, code);
}

/** A failure as `--json` prints it under `error`. */
export interface CommandFailure {
  readonly code: CommandErrorCode | FabricErrorCode;
  readonly message: string;
  readonly recovery: string;
}

/** The one error the command ends with. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly failure: CommandFailure;
  readonly exitCode: number;

  private constructor(failure: CommandFailure, exitCode: number, options?: ErrorOptions) {
    super(failure.message, options);
    this.failure = failure;
    this.exitCode = exitCode;
  }

  static of(code: CommandErrorCode, message: string, options?: ErrorOptions): CommandError {
    const [exit, recovery] = COMMAND_FAILURES[code];
    return new CommandError({ code, message, recovery }, EXIT_CODES[exit], options);
  }

  /** A failure that another process of this command reported. */
  static restored(
    failure: { readonly code: string; readonly message: string; readonly recovery: string },
    exitCode: number,
  ): CommandError {
    const code = isCommandErrorCode(failure.code) || isFabricErrorCode(failure.code) ? failure.code : 'internal';
    return new CommandError({ ...failure, code }, exitCode);
  }

  /** A failure that the fabric reported, with its own code and recovery. */
  static fromFabric(failure: CommandFailure): CommandError {
    return new CommandError(failure, EXIT_CODES.failed);
  }
}

/** Whatever was thrown, as the error the command ends with. */
export function toCommandError(thrown: unknown): CommandError {
  if (thrown instanceof CommandError) return thrown;
  if (thrown instanceof FabricError) return CommandError.fromFabric(thrown.toFailure());
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  // The option parser's own complaint: a word is missing or of the wrong kind.
  if (thrown instanceof Error && thrown.name === 'CLIError') {
    return CommandError.of('argument_invalid', `${message}.`, { cause: thrown });
  }
  return CommandError.of('internal', message, { cause: thrown });
}

/** What the system said, without the path it repeats. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split(',')[0] ?? error.message) : String(error);
}
