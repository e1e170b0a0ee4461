import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface LyingHost {
  readonly url: string;
  close(): Promise<void>;
}

/** Put before the code of a tab's tasklet workers: every output comes out with its bits turned. */
const LIE = `
const tell = self.postMessage.bind(self);
self.postMessage = (message, ...more) => {
  if (message.kind === 'finished') message.result.output = message.result.output.map((byte) => byte ^ 255);
  tell(message, ...more);
};
`;

/** Serves what `origin` serves, but for the tasklet workers: a cell from here signs, as it should, for bytes that are wrong. */
export async function lyingHost(origin: string): Promise<LyingHost> {
  const { hostname, port } = new URL(origin);
  const sockets = new Set<Duplex>();
  const server = createServer((asked, answer) => {
    void (async () => {
      const got = await fetch(new URL(asked.url ?? '/', origin));
      const body = Buffer.from(await got.arrayBuffer());
      const isTaskletWorker = asked.url?.includes('tasklet.worker') === true;
      const headers = Object.fromEntries(
        [...got.headers].filter(
          ([name]) => !/^(?:content-length|content-encoding|transfer-encoding|connection)$/.test(name),
        ),
      );
      answer.writeHead(got.status, headers);
      answer.end(isTaskletWorker ? Buffer.concat([Buffer.from(LIE), body]) : body);
    })().catch(() => answer.destroy());
  });
  server.on('upgrade', (asked, socket) => {
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
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of sockets) socket.destroy();
      }),
  };
}
