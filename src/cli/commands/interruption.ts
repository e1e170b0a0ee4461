import { EXIT_CODES } from '../terminal/index.ts';

/**
 * A signal that Ctrl-C, or being told to end, aborts, so that whoever waits can tidy up. The second one ends the
 * process on the spot.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT_CODES.interrupted);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
}
