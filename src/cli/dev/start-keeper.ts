import { fork } from 'node:child_process';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { CommandError, type CommandFailure } from '../terminal/index.ts';
import { logPath, type DevState } from './state.ts';

const KEEPER_FILE = fileURLToPath(new URL('./keeper.mjs', import.meta.url));

export const keeperSchema = v.object({
  /** The state folder. */
  folder: v.string(),
  /** The folder with `vite.config.ts`. */
  root: v.string(),
  /** One cell each. */
  names: v.array(v.string()),
  fabricName: v.string(),
  /** The steward's key, as PKCS #8 in PEM; the first cell makes one of its own without it. */
  stewardKey: v.optional(v.string()),
  isHeaded: v.boolean(),
  port: v.optional(v.number()),
  upDeadlineMs: v.number(),
  /** When the command was started, by the wall clock. */
  startedWallMs: v.number(),
});

export type KeeperOptions = v.InferOutput<typeof keeperSchema>;

/** What a keeper tells whoever started it. */
export type KeeperMessage =
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'ready'; readonly state: DevState }
  | { readonly kind: 'failed'; readonly failure: CommandFailure; readonly exitCode: number };

/** Starts a keeper and waits until it is ready; it outlives this process. Given up before that, it ends again. */
export async function startKeeper(
  options: KeeperOptions,
  say: (text: string) => void,
  givenUp: AbortSignal,
): Promise<DevState> {
  const log = await open(logPath(options.folder), 'w', 0o600);
  const child = fork(KEEPER_FILE, [JSON.stringify(options)], {
    detached: true,
    execArgv: [],
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  try {
    return await new Promise<DevState>((resolve, reject) => {
      child.on('message', (message: KeeperMessage) => {
        if (message.kind === 'say') say(message.text);
        else if (message.kind === 'ready') resolve(message.state);
        else reject(CommandError.restored(message.failure, message.exitCode));
      });
      child.once('error', (error) => reject(keeperFailed(`did not start: ${error.message}`, options)));
      child.once('exit', (code) => reject(keeperFailed(`ended with code ${code ?? 'unknown'}`, options)));
      givenUp.addEventListener('abort', () => {
        reject(CommandError.of('interrupted', 'Stopped while the fabric was starting.'));
      });
    });
  } finally {
    child.removeAllListeners();
    child.on('error', () => undefined);
    if (child.connected) child.disconnect();
    child.unref();
    await log.close();
  }
}

function keeperFailed(what: string, { folder }: KeeperOptions): CommandError {
  return CommandError.of('browser_failed', `The background process ${what}; ${logPath(folder)} says more.`);
}
