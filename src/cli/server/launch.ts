import { join } from 'node:path';
import { build, createLogger, createServer, preview, type InlineConfig, type Logger } from 'vite';
import { CommandError, toCommandError } from '../terminal/index.ts';
import { isBuilt, stampOf, unstamp, writeStamp } from './site/index.ts';
import { certificateOf, choosePort, lanAddresses, portInUse } from './listening.ts';
import { SERVER_LIMITS } from './limits.ts';

export interface LaunchOptions {
  /** The folder with `vite.config.ts`. */
  readonly root: string;
  /** `development` serves the sources and follows changes; `production` builds first, then serves what was built. */
  readonly mode: 'development' | 'production';
  /** Whether other machines may connect; then over TLS, because browsers deny a cell most things elsewhere. */
  readonly isLan: boolean;
  /** This port or none. Without it: the first free one from 5173 on. 0: any free one. */
  readonly port?: number;
  /** Where a production build goes; what lies there already serves, if it was built from the same sources. */
  readonly outDir?: string;
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
  const port = await choosePort(options.port, hostFor(options));
  const config = await configFor(options, port);
  const started = await start(options, config).catch((error: unknown) => {
    throw startFailure(error, port);
  });
  const protocol = options.isLan ? 'https' : 'http';
  const urlOf = (host: string): string => `${protocol}://${host}:${started.port}/`;
  return {
    url: urlOf('localhost'),
    lanUrls: options.isLan ? lanAddresses().map(urlOf) : [],
    close: () => closeInTime(started.close),
  };
}

/** Every IPv4 address of this machine, or `localhost`: ::1 or 127.0.0.1, whichever it means here. */
function hostFor(options: LaunchOptions): string {
  return options.isLan ? '0.0.0.0' : 'localhost';
}

interface Started {
  readonly port: number;
  readonly close: () => Promise<void>;
}

async function start(options: LaunchOptions, config: InlineConfig): Promise<Started> {
  if (options.mode === 'development') {
    const server = await createServer(config);
    await server.listen();
    return { port: portOf(server.httpServer?.address()), close: () => server.close() };
  }
  await buildUnlessBuilt(options, config);
  const server = await preview(config);
  return { port: portOf(server.httpServer.address()), close: () => server.close() };
}

async function buildUnlessBuilt({ root, outDir }: LaunchOptions, config: InlineConfig): Promise<void> {
  const stamp = outDir === undefined ? '' : await stampOf(root);
  if (outDir !== undefined) {
    if (await isBuilt(outDir, stamp)) return;
    await unstamp(outDir);
  }
  await build(config).catch((error: unknown) => {
    throw CommandError.of('build_failed', `The page does not build: ${withoutStack(error)}`, { cause: error });
  });
  if (outDir !== undefined) await writeStamp(outDir, stamp);
}

async function configFor(options: LaunchOptions, port: number): Promise<InlineConfig> {
  const https = options.isLan ? await certificateOf(options.root) : undefined;
  const listening = {
    host: hostFor(options),
    port,
    strictPort: true,
    // Phones reach a laptop by its multicast name; Vite turns away names it was not told of.
    ...(options.isLan ? { allowedHosts: ['.local', '.lan', '.home', '.home.arpa', '.internal'] } : {}),
    ...(https === undefined ? {} : { https }),
  };
  return {
    root: options.root,
    configFile: join(options.root, 'vite.config.ts'),
    mode: options.mode,
    clearScreen: false,
    logLevel: options.mode === 'development' ? 'info' : 'warn',
    customLogger: loggerTo(options.say, options.mode === 'development'),
    server: listening,
    preview: listening,
    build: { ...(options.outDir === undefined ? {} : { outDir: options.outDir, emptyOutDir: true }) },
  };
}

/** Vite's own messages, all on standard error: standard output is for results. */
function loggerTo(say: (text: string) => void, isTalkative: boolean): Logger {
  const logger = createLogger(isTalkative ? 'info' : 'warn', { allowClearScreen: false });
  return {
    ...logger,
    info: (message) => {
      if (isTalkative) say(message);
    },
    warn: (message) => say(message),
    warnOnce: (message) => say(message),
    error: (message) => say(message),
  };
}

function startFailure(error: unknown, port: number): CommandError {
  if (error instanceof CommandError) return error;
  const message = toCommandError(error).message;
  return /is already in use|EADDRINUSE/.test(message)
    ? portInUse(port)
    : CommandError.of('server_failed', `The server did not start: ${message}`, { cause: error });
}

/** A bundler's message repeats the stack of every bundle within a bundle. */
function withoutStack(error: unknown): string {
  const lines = toCommandError(error).message.split('\n');
  const kept = lines.filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
  return [...new Set(kept)].join('\n');
}

function portOf(address: string | { readonly port: number } | null | undefined): number {
  if (typeof address === 'object' && address !== null) return address.port;
  throw CommandError.of('server_failed', 'The server is not listening on a port.');
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
