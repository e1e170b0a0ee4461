import { createServer, request, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

const ISOLATION_HEADERS = new Set(['cross-origin-opener-policy', 'cross-origin-embedder-policy']);

export interface BareHost {
  readonly url: string;
  /** Ends every socket that goes through it, as a signaling service that dies does, and takes no more. */
  cutSockets(): void;
  close(): Promise<void>;
}

/** A host that serves what `origin` serves, but sets no isolation headers: what many static hosts are like. */
export async function bareHost(origin: string): Promise<BareHost> {
  const { hostname, port } = new URL(origin);
  const sockets = new Set<Duplex>();
  let takesSockets = true;
  const server: Server = createServer((asked, answer) => {
    const { url, method, headers } = asked;
    const forwarded = request({ hostname, port, path: url, method, headers }, (got) => {
      const kept = Object.entries(got.headers).filter(([name]) => !ISOLATION_HEADERS.has(name));
      answer.writeHead(got.statusCode ?? 502, Object.fromEntries(kept));
      got.pipe(answer);
    });
    asked.pipe(forwarded);
  });
  server.on('upgrade', (asked, socket) => {
    if (!takesSockets) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const onward = connect(Number(port), hostname, () => {
      const lines = Object.entries(asked.headers).map(([name, value]) => `${name}: ${String(value)}`);
      onward.write([`GET ${asked.url ?? '/'} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const address: string | AddressInfo | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  return {
    url: `http://localhost:${address.port}/`,
    cutSockets() {
      takesSockets = false;
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of sockets) socket.destroy();
      }),
  };
}
