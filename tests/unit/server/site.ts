import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type ViteDevServer } from 'vite';
import { WebSocket } from 'ws';
import { grafosServer, type BuiltPrograms } from '../../../src/cli/vite/index.ts';

const PROGRAMS: BuiltPrograms = {
  files: new Map([
    ['programs/catalog.json', { mediaType: 'application/json', bytes: new TextEncoder().encode('[]') }],
    ['programs/a/fixtures/two words.txt', { mediaType: 'text/plain', bytes: new TextEncoder().encode('hello') }],
    ['programs/00.wasm', { mediaType: 'application/wasm', bytes: new Uint8Array([0, 97, 115, 109]) }],
  ]),
  problems: [],
};

export interface Site {
  readonly server: ViteDevServer;
  /** Without a slash at the end. */
  readonly url: string;
  readonly warnings: readonly string[];
  close(): Promise<void>;
}

/** A page of one line behind our plugin, on a free port. */
export async function openSite(): Promise<Site> {
  const root = await mkdtemp(join(tmpdir(), 'grafos-site-'));
  await writeFile(join(root, 'index.html'), '<!doctype html><title>site</title>');
  const warnings: string[] = [];
  const keep = (message: string): void => void warnings.push(message);
  const server = await createServer({
    root,
    configFile: false,
    appType: 'mpa',
    plugins: [grafosServer({ buildPrograms: () => Promise.resolve(PROGRAMS), programSources: ['programs'] })],
    server: { port: 0, host: '127.0.0.1' },
    customLogger: {
      hasWarned: false,
      info: () => undefined,
      warn: keep,
      warnOnce: keep,
      error: keep,
      clearScreen: () => undefined,
      hasErrorLogged: () => false,
    },
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (typeof address !== 'object' || address === null) throw new Error('the site does not listen');
  return {
    server,
    url: `http://127.0.0.1:${address.port}`,
    warnings,
    close: async () => {
      await server.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** A socket to the site that remembers what arrives before anyone asks. */
export class Client {
  readonly socket: WebSocket;
  readonly #arrived: unknown[] = [];
  #wake: (() => void) | undefined;

  constructor(site: Site, path: string, protocol?: string) {
    this.socket = new WebSocket(site.url.replace('http', 'ws') + path, protocol);
    // A refusal shows as `closed`; without a listener it would be an uncaught exception.
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data: Buffer) => {
      this.#arrived.push(JSON.parse(data.toString('utf8')));
      this.#wake?.();
    });
  }

  static peer(site: Site, id: string): Client {
    return new Client(site, `/peerjs/peerjs?key=peerjs&id=${id}&token=${id}`);
  }

  async next(): Promise<unknown> {
    if (this.#arrived.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#arrived.shift();
  }

  get closed(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return Promise.resolve();
    return new Promise((resolve) => this.socket.once('close', () => resolve()));
  }
}
