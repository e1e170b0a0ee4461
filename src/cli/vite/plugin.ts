import { resolve, sep } from 'node:path';
import type { Connect, HttpServer, Plugin, ViteDevServer } from 'vite';
import { CommandError } from '../terminal/index.ts';
import { DEVELOPMENT_HEADERS, PAGE_POLICY, PRODUCTION_HEADERS, SERVER_LIMITS, startService } from '../server/index.ts';
import { answerProgram, ProgramShelf, type BuiltPrograms } from './programs.ts';

export interface ServerPluginOptions {
  /** Builds all the page fetches under `programs/`. */
  readonly buildPrograms: () => Promise<BuiltPrograms>;
  /** Folders whose changes make the programs stale, relative to the root. */
  readonly programSources: readonly string[];
}

interface Host {
  readonly middlewares: Connect.Server;
  readonly httpServer: HttpServer | null;
}

/**
 * Makes a Vite server, developing or previewing, the whole service a fabric needs from a server: isolation headers
 * and a policy on every answer, a PeerServer on the same origin and port, the programs, and a health report.
 * In a build it emits the programs as files and puts the policy into each page.
 */
export function grafosServer(options: ServerPluginOptions): Plugin[] {
  return [serving(options), building(options)];
}

function serving(options: ServerPluginOptions): Plugin {
  return {
    name: 'grafos:serve',
    configureServer(server) {
      const log = (message: string): void => server.config.logger.warn(message, { timestamp: true });
      const shelf = new ProgramShelf(options.buildPrograms);
      attach(server, DEVELOPMENT_HEADERS, shelf, log);
      rebuildOnChange(server, shelf, options.programSources);
      server.middlewares.use((request, response, next) => answerProgram(shelf, request, response, next));
    },
    configurePreviewServer(server) {
      const log = (message: string): void => server.config.logger.warn(message, { timestamp: true });
      attach(server, PRODUCTION_HEADERS, undefined, log);
    },
  };
}

/** Sets headers on every answer, ours and Vite's, and answers for signaling and health. */
function attach(
  host: Host,
  headers: Readonly<Record<string, string>>,
  shelf: ProgramShelf | undefined,
  log: (message: string) => void,
): void {
  host.middlewares.use((_request, response, next) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    next();
  });
  // In middleware mode there is no server whose upgrades could be taken; whoever embeds us brings signaling.
  if (host.httpServer === null) return;
  const service = startService(host.httpServer, () => shelf?.state ?? { state: 'ready', problems: [] }, log);
  host.httpServer.on('close', () => service.close());
  host.middlewares.use(service.answer);
}

/** Builds the programs again when a source of theirs changes, then reloads every open page. */
function rebuildOnChange(server: ViteDevServer, shelf: ProgramShelf, sources: readonly string[]): void {
  const folders = sources.map((folder) => resolve(server.config.root, folder) + sep);
  let timer: NodeJS.Timeout | undefined;
  const report = ({ problems }: BuiltPrograms): void => {
    for (const problem of problems) server.config.logger.error(problem, { timestamp: true });
  };
  const rebuild = async (): Promise<void> => {
    report(await shelf.rebuild());
    server.ws.send({ type: 'full-reload' });
  };
  server.watcher.on('all', (_event, path) => {
    // Building writes into `.grafos` below the sources.
    if (path.includes(`${sep}.grafos${sep}`) || !folders.some((folder) => path.startsWith(folder))) return;
    clearTimeout(timer);
    timer = setTimeout(() => void rebuild(), SERVER_LIMITS.rebuildDelayMs);
  });
  server.httpServer?.on('close', () => clearTimeout(timer));
  void shelf.built().then(report);
}

function building(options: ServerPluginOptions): Plugin {
  return {
    name: 'grafos:build',
    apply: 'build',
    async generateBundle() {
      const { files, problems } = await options.buildPrograms();
      if (problems.length > 0) throw CommandError.of('build_failed', problems.join('\n'));
      for (const [fileName, { bytes }] of files) this.emitFile({ type: 'asset', fileName, source: bytes });
    },
    transformIndexHtml: {
      order: 'post',
      handler: () => [
        {
          tag: 'meta',
          attrs: { 'http-equiv': 'Content-Security-Policy', content: PAGE_POLICY },
          injectTo: 'head-prepend',
        },
      ],
    },
  };
}
