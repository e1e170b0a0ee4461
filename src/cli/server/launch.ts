import { join } from 'node:path';
import { CommandError, toCommandError } from '../terminal/index.ts';
import { serveBuiltPage, type StartedServer } from './built-server.ts';
import { certificateOf, choosePort, lanAddresses, portInUse } from './listening.ts';
import { SERVER_LIMITS } from './limits.ts';
import { builtPage } from './page/index.ts';

export interface LaunchOptions {
  /** The folder with `vite.config.ts`. */
  readonly root: string;
  /** `development` serves the sources and follows changes; `production` serves the page as built, and builds it if need be. */
  readonly mode: 'development' | 'production';
  /** Whether other machines may connect; then over TLS, because browsers deny a cell most things elsewhere. */
  readonly isLan: boolean;
  /** This port or none. Without it: the first free one from 5173 on. 0: any free one. */
  readonly port?: number;
  /** Where builds are kept, to be used again by whoever comes with the same sources. Without it, `dist` is built anew. */
  readonly builds?: string;
  readonly say: (text: string) => void;
}

export interface RunningServer {
  /** Address of the page for this machine, ending in a slash. */
  readonly url: string;
  /** Addresses for other machines, most likely first; empty unless asked for. */
  readonly lanUrls: readonly string[];
  close(): Promise<void>;
}

/** Starts the server. Fails with `port_in_use`, `build_failed` or `server_failed`. */
export async function launchServer(options: LaunchOptions): Promise<RunningServer> {
  // Every IPv4 address of this machine, or `localhost`: ::1 or 127.0.0.1, whichever it means here.
  const host = options.isLan ? '0.0.0.0' : 'localhost';
  const port = await choosePort(options.port, host);
  const started = await start(options, host, port).catch((error: unknown) => {
    throw startFailure(error, port);
  });
  const protocol = options.isLan ? 'https' : 'http';
  const urlOf = (name: string): string => `${protocol}://${name}:${started.port}/`;
  return {
    url: urlOf('localhost'),
    lanUrls: options.isLan ? lanAddresses().map(urlOf) : [],
    close: () => closeInTime(started.close),
  };
}

async function start(options: LaunchOptions, host: string, port: number): Promise<StartedServer> {
  const { root, mode, isLan, say } = options;
  const certificate = isLan ? await certificateOf(root) : undefined;
  if (mode === 'development') {
    const { serveSources } = await import('../vite/index.ts');
    return serveSources({ root, host, port, certificate, say });
  }
  return serveBuiltPage({ folder: await pageFolder(options), host, port, certificate, log: say });
}

/** Vite takes longer to load than a built page to serve, so it is loaded only to build. */
async function pageFolder({ root, builds, say }: LaunchOptions): Promise<string> {
  const build = async (outDir: string): Promise<void> => {
    const startMs = performance.now();
    say('Building the page. This takes a while, and only when its sources have changed.');
    const { buildPage } = await import('../vite/index.ts');
    await buildPage({ root, outDir, say });
    say(`Built in ${((performance.now() - startMs) / 1000).toFixed(1)} s.`);
  };
  if (builds !== undefined) return builtPage({ root, folder: builds, build });
  const outDir = join(root, 'dist');
  await build(outDir);
  return outDir;
}

function startFailure(error: unknown, port: number): CommandError {
  if (error instanceof CommandError) return error;
  const message = toCommandError(error).message;
  return /is already in use|EADDRINUSE/.test(message)
    ? portInUse(port)
    : CommandError.of('server_failed', `The server did not start: ${message}`, { cause: error });
}

/** Open tabs keep their connections for ever; the process ends without waiting for them. */
async function closeInTime(close: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, SERVER_LIMITS.closeDeadlineMs);
  });
  await Promise.race([close(), late]);
  clearTimeout(timer);
}
