import type { ServerResponse } from 'node:http';

/** Where a script or the signaling page asks whether this server works. */
export const HEALTH_PATH = '/api/health';

/** What it answers. */
export interface Health {
  readonly name: 'grafos-web';
  readonly signaling: {
    /** Path of the PeerServer on this origin. */
    readonly path: string;
    /** Tabs connected to it now, whichever their fabric: the server knows neither names nor keys. */
    readonly clients: number;
    readonly clientsMax: number;
  };
  readonly programs: {
    readonly state: 'building' | 'ready' | 'failed';
    /** Why some program is missing, one line each. */
    readonly problems: readonly string[];
  };
}

/** Answers with `health` as JSON. */
export function answerHealth(response: ServerResponse, health: Health): void {
  response.statusCode = 200;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.end(JSON.stringify(health));
}
