import type { SignalingReport } from './doors.ts';

/** A service that has not answered by then is not one to join through. */
const ANSWER_DEADLINE_MS = 5_000;

/**
 * Asks the server of this page how signaling is, at `<base>/api/health`, and the signaling service itself at the path
 * that answer names; or only the service `elsewhere`, where a setting says so. Never rejects: a service that is not there
 * is an answer too.
 */
export async function askSignaling(base: string, elsewhere?: string): Promise<SignalingReport> {
  if (elsewhere !== undefined) return askElsewhere(new URL(elsewhere, base));
  const health = await answerOf(new URL('api/health', base));
  const path = textAt(health.body, 'signaling', 'path') ?? 'peerjs';
  const url = new URL(path.endsWith('/') ? path : `${path}/`, base);
  const service = await answerOf(url);
  const waiting = numberAt(health.body, 'signaling', 'clients');
  if (!service.isOk) {
    return { url: url.href, reachable: false, detail: service.problem };
  }
  return {
    url: url.href,
    reachable: true,
    roundTripMs: service.tookMs,
    ...(waiting === undefined ? {} : { waiting }),
    detail: textAt(service.body, 'name') ?? 'it answers, under no name',
  };
}

/** Another origin's service is asked over the socket it is used by: the page's policy allows sockets, not requests. */
function askElsewhere(url: URL): Promise<SignalingReport> {
  const startedMs = performance.now();
  const socketUrl = new URL(`${url.href.replace(/^http/, 'ws').replace(/\/$/, '')}/peerjs`);
  socketUrl.search = new URLSearchParams({ key: 'peerjs', id: crypto.randomUUID(), token: 'probe' }).toString();
  return new Promise((resolve) => {
    const socket = new WebSocket(socketUrl);
    const report = (reachable: boolean, detail: string): void => {
      clearTimeout(deadline);
      socket.close();
      const roundTripMs = performance.now() - startedMs;
      resolve({ url: url.href, reachable, detail, ...(reachable ? { roundTripMs } : {}) });
    };
    const deadline = setTimeout(
      () => report(false, `no answer within ${ANSWER_DEADLINE_MS / 1_000} seconds`),
      ANSWER_DEADLINE_MS,
    );
    socket.onopen = () => report(true, 'it answers');
    socket.onerror = () => report(false, 'nothing answers there');
  });
}

interface Answer {
  readonly isOk: boolean;
  readonly body: unknown;
  readonly tookMs: number;
  readonly problem: string;
}

async function answerOf(url: URL): Promise<Answer> {
  const startedMs = performance.now();
  const took = (): number => performance.now() - startedMs;
  try {
    const response = await fetch(url, { cache: 'no-store', signal: AbortSignal.timeout(ANSWER_DEADLINE_MS) });
    if (!response.ok) return refusal(`it answers with status ${response.status}`, took());
    const body: unknown = await response.json();
    return { isOk: true, body, tookMs: took(), problem: '' };
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'TimeoutError') {
      return refusal(`no answer within ${ANSWER_DEADLINE_MS / 1_000} seconds`, took());
    }
    // A static host answers every unknown path with a page, which is not JSON.
    return refusal(thrown instanceof SyntaxError ? 'something else answers there' : 'nothing answers there', took());
  }
}

function refusal(problem: string, tookMs: number): Answer {
  return { isOk: false, body: undefined, tookMs, problem };
}

function textAt(body: unknown, ...path: readonly string[]): string | undefined {
  const value = valueAt(body, path);
  return typeof value === 'string' ? value : undefined;
}

function numberAt(body: unknown, ...path: readonly string[]): number | undefined {
  const value = valueAt(body, path);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function valueAt(body: unknown, path: readonly string[]): unknown {
  let value = body;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = new Map<string, unknown>(Object.entries(value)).get(name);
  }
  return value;
}
