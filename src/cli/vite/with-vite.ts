import { join } from 'node:path';
import { build, createLogger, createServer, type InlineConfig, type Logger } from 'vite';
import { CommandError, toCommandError } from '../terminal/index.ts';

export interface SourceServerOptions {
  /** The folder with `vite.config.ts`. */
  readonly root: string;
  readonly host: string;
  readonly port: number;
  /** Makes it serve over TLS, and to names of the local network. */
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined;
  readonly say: (text: string) => void;
}

/** Serves the sources and follows their changes. Rejects with Vite's own error. */
export async function serveSources(
  options: SourceServerOptions,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const { root, host, port, certificate, say } = options;
  const server = await createServer({
    ...configOf(root, 'development', loggerTo(say, true)),
    server: {
      host,
      port,
      strictPort: true,
      // Phones reach a laptop by its multicast name; Vite turns away names it was not told of.
      ...(certificate === undefined
        ? {}
        : { https: certificate, allowedHosts: ['.local', '.lan', '.home', '.home.arpa', '.internal'] }),
    },
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (typeof address !== 'object' || address === null) {
    throw CommandError.of('server_failed', 'The server is not listening on a port.');
  }
  return { port: address.port, close: () => server.close() };
}

/** Builds the page into `outDir`. Fails with `build_failed`. */
export async function buildPage(options: {
  readonly root: string;
  readonly outDir: string;
  readonly say: (text: string) => void;
}): Promise<void> {
  const { root, outDir, say } = options;
  const config = configOf(root, 'production', loggerTo(say, false));
  await build({ ...config, build: { outDir, emptyOutDir: true } }).catch((error: unknown) => {
    throw CommandError.of('build_failed', `The page does not build: ${withoutStack(error)}`, { cause: error });
  });
}

function configOf(root: string, mode: 'development' | 'production', customLogger: Logger): InlineConfig {
  const logLevel = mode === 'development' ? 'info' : 'warn';
  return { root, configFile: join(root, 'vite.config.ts'), mode, clearScreen: false, logLevel, customLogger };
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

/** A bundler's message repeats the stack of every bundle within a bundle. */
function withoutStack(error: unknown): string {
  const lines = toCommandError(error).message.split('\n');
  const kept = lines.filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
  return [...new Set(kept)].join('\n');
}
