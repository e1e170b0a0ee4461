import { createServer, request, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

const ISOLATION_HEADERS = new Set(['cross-origin-opener-policy', 'cross-origin-embedder-policy']);

/** A host that serves what `origin` serves, but sets no isolation headers: what many static hosts are like. */
export async function bareHost(origin: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { hostname, port } = new URL(origin);
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
      }),
  };
}
