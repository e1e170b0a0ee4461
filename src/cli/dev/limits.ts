/** Bounds of the fabric that runs in the background. */
export const DEV_LIMITS = {
  cellsDefault: 3,
  cellsMax: 32,
  /** From starting the keeper to all cells seeing each other; a first build of the page included. */
  upDeadlineMs: 120_000,
  /** From asking the keeper to stop to ending it by force. */
  downDeadlineMs: 15_000,
  /** A program with its modules and fixtures, as base64 in JSON. */
  requestBytesMax: 64 * 1024 * 1024,
  /** Whether a keeper answers at all. */
  greetDeadlineMs: 3_000,
  pollIntervalMs: 50,
} as const;
