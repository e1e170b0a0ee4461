import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface FrontHost {
  readonly url: string;
  /** Ends every socket that goes through it, as a signaling service that dies does, and takes no more. */
  cutSockets(): void;
  close(): Promise<void>;
}

/** A host in front of `origin`: requests are answered by `respond`, sockets are passed on as they are. */
export async function frontHost(
  origin: string,
  respond: (asked: IncomingMessage, answer: ServerResponse) => void,
): Promise<FrontHost> {
  const { hostname, port } = new URL(origin);
  const sockets = new Set<Duplex>();
  let takesSockets = true;
  const server = createServer(respond);
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
