/** Where the command speaks. Results go to standard output, so that `--json` is one object and nothing else. */
export interface Terminal {
  /** A result: standard output. */
  readonly print: (text: string) => void;
  /** Progress, notes and errors: standard error. */
  readonly say: (text: string) => void;
  /** Resolves when all that was printed has left this process: pipes take their time on some systems. */
  readonly flush: () => Promise<void>;
  /** Whether a person is likely to be reading standard output. */
  readonly isInteractive: boolean;
}

/** What a person types before the words of a command, as they have just done. */
export function spoken(words: string): string {
  return `${process.env['npm_command'] === 'exec' ? 'npx ' : ''}grafos ${words}`;
}

/** The terminal this process was started from. */
export function createTerminal(): Terminal {
  // A reader that went away (`| head`) is no failure of ours; without a listener it would be an uncaught exception.
  process.stdout.on('error', ignoreClosedPipe);
  process.stderr.on('error', ignoreClosedPipe);
  return {
    print: (text) => process.stdout.write(`${text}\n`),
    say: (text) => process.stderr.write(`${text}\n`),
    flush: () => new Promise((resolve) => process.stdout.write('', () => resolve())),
    isInteractive: process.stdout.isTTY,
  };
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
