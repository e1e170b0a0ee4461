import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { PRODUCTION_HEADERS } from './headers.ts';
import { answerPageFile } from './page/index.ts';
import { startService } from './service.ts';

export interface BuiltServerOptions {
  /** The built page. */
  readonly folder: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Makes it serve over TLS. */
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined;
  readonly log: (message: string) => void;
}

export interface StartedServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Serves a page that is built, with all a fabric needs of its server. Rejects with the system's own error. */
export async function serveBuiltPage(options: BuiltServerOptions): Promise<StartedServer> {
  const { folder, host, port, certificate, log } = options;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    for (const [name, value] of Object.entries(PRODUCTION_HEADERS)) response.setHeader(name, value);
    service.answer(request, response, () => {
      answerPageFile(folder, request, response).catch((error: unknown) => {
        log(`a request was not answered: ${String(error)}`);
        response.destroy();
      });
    });
  };
  const server = certificate === undefined ? createServer(answer) : createSecureServer(certificate, answer);
  const service = startService(server, () => ({ state: 'ready', problems: [] }), log);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        service.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
