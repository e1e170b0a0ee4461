import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerHealth, HEALTH_PATH, type Health } from './health.ts';
import { SIGNALING_LIMITS } from './limits.ts';
import { SIGNALING_PATH, startSignaling, type UpgradeSource } from './signaling.ts';

/** What a server does with a request that is none of its own. */
export type Answering = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

export interface Service {
  readonly answer: Answering;
  close(): void;
}

/** What a fabric needs of the server that has its page: a PeerServer on the same port, and a health report. */
export function startService(
  server: UpgradeSource,
  programs: () => Health['programs'],
  log: (message: string) => void,
): Service {
  const signaling = startSignaling(server, log);
  return {
    answer: (request, response, next) => {
      if ((request.url ?? '').replace(/[?#].*$/, '') !== HEALTH_PATH) {
        signaling.handle(request, response, next);
        return;
      }
      const { clientsMax } = SIGNALING_LIMITS;
      const clients = signaling.clientCount();
      answerHealth(response, {
        name: 'grafos-web',
        signaling: { path: SIGNALING_PATH, clients, clientsMax },
        programs: programs(),
      });
    },
    close: () => signaling.close(),
  };
}
