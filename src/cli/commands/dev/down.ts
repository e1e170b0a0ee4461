import { setTimeout as sleep } from 'node:timers/promises';
import { defineCommand } from 'citty';
import { callKeeper, DEV_LIMITS, forgetDev, isRunning, readDev, stateFolder } from '../../dev/index.ts';
import { CommandError, createTerminal, EXIT_CODES } from '../../terminal/index.ts';

/** `grafos dev down`: ends the keeper and with it all it started. */
export const down = defineCommand({
  meta: {
    name: 'dev down',
    description: 'End the fabric in the background, leaving nothing running. Example: grafos dev down',
  },
  args: { json: { type: 'boolean', description: 'Print one JSON object', default: false } },
  async run({ args }) {
    const terminal = createTerminal();
    const folder = await stateFolder();
    const known = await readDev(folder);
    const wasAsked = await callKeeper(folder, 'stop', {}).then(
      () => true,
      (error: unknown) => notThere(error),
    );
    const wasRunning = known !== undefined && isRunning(known.pid);
    if (wasAsked && known !== undefined) await ended(known.pid);
    await forgetDev(folder);
    if (args.json) terminal.print(JSON.stringify({ wasRunning }));
    else terminal.print(wasRunning ? 'The fabric is down; nothing of it is left running.' : 'No fabric was running.');
    return EXIT_CODES.ok;
  },
});

/** Waits for the end of the process, and brings it about when that takes too long. Its browser ends with it. */
async function ended(pid: number): Promise<void> {
  const endMs = performance.now() + DEV_LIMITS.downDeadlineMs;
  while (isRunning(pid)) {
    if (performance.now() > endMs) {
      process.kill(pid, 'SIGKILL');
      return;
    }
    await sleep(DEV_LIMITS.pollIntervalMs);
  }
}

function notThere(error: unknown): false {
  if (error instanceof CommandError && error.failure.code === 'fabric_missing') return false;
  throw error;
}
