import { request } from 'node:http';
import { frontHost, type FrontHost } from './front-host.ts';

const ISOLATION_HEADERS = new Set(['cross-origin-opener-policy', 'cross-origin-embedder-policy']);

/** A host that serves what `origin` serves, but sets no isolation headers: what many static hosts are like. */
export function bareHost(origin: string): Promise<FrontHost> {
  const { hostname, port } = new URL(origin);
  return frontHost(origin, (asked, answer) => {
    const { url, method, headers } = asked;
    const forwarded = request({ hostname, port, path: url, method, headers }, (got) => {
      const kept = Object.entries(got.headers).filter(([name]) => !ISOLATION_HEADERS.has(name));
      answer.writeHead(got.statusCode ?? 502, Object.fromEntries(kept));
      got.pipe(answer);
    });
    asked.pipe(forwarded);
  });
}
