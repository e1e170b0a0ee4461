import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import * as v from 'valibot';
import type { Seat } from '../seat/index.ts';
import { CommandError, toCommandError } from '../terminal/index.ts';
import { CALLS, isCallName, type CallName } from './calls.ts';
import { DEV_LIMITS } from './limits.ts';

/** What a keeper does for other commands. */
export interface Controlled {
  /** Absent until the cells are there. */
  readonly seat: () => Seat | undefined;
  readonly stop: () => void;
}

/** Listens on the socket; there can be one keeper a socket. Rejects with the system's own error. */
export async function listenForCalls(path: string, controlled: Controlled): Promise<Server> {
  const server = createServer((request, response) => void answer(request, response, controlled));
  // Runs last as long as they last.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return server;
}

async function answer(request: IncomingMessage, response: ServerResponse, controlled: Controlled): Promise<void> {
  const givenUp = new AbortController();
  response.on('close', () => givenUp.abort());
  const line = (value: object): void => void response.write(`${JSON.stringify(value)}\n`);
  response.setHeader('Content-Type', 'application/x-ndjson');
  try {
    const name = (request.url ?? '').slice(1);
    if (!isCallName(name)) throw CommandError.of('internal', `The keeper knows no call ${name}.`);
    const body: unknown = JSON.parse(await bodyOf(request));
    const watch = { say: (text: string) => line({ say: text }), givenUp: givenUp.signal };
    line({ value: (await perform(name, body, controlled, watch)) ?? null });
  } catch (thrown) {
    const { failure, exitCode } = toCommandError(thrown);
    line({ failure, exitCode });
  }
  response.end();
}

async function perform(
  name: CallName,
  body: unknown,
  controlled: Controlled,
  watch: Parameters<Seat['run']>[1],
): Promise<unknown> {
  if (name === 'stop') {
    setImmediate(controlled.stop);
    return true;
  }
  const seat = controlled.seat();
  if (seat === undefined) throw CommandError.of('fabric_missing', 'The fabric is still starting.');
  switch (name) {
    case 'snapshots':
      return seat.snapshots();
    case 'run':
      return seat.run(v.parse(CALLS.run, body).run, watch);
    case 'program':
      return seat.runProgram(v.parse(CALLS.program, body).program, watch);
    case 'artifacts':
      return seat.artifacts(v.parse(CALLS.artifacts, body).runId);
    case 'free':
      return seat.free(v.parse(CALLS.free, body).leaseId);
    case 'revoke': {
      const { leaseId, graceMs } = v.parse(CALLS.revoke, body);
      return seat.revoke(leaseId, graceMs);
    }
    case 'unfence':
      return seat.unfence(v.parse(CALLS.unfence, body).leaseId);
    case 'audits':
      return seat.audits();
    case 'steward':
      return seat.steward(v.parse(CALLS.steward, body).wish);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of request) {
    if (!Buffer.isBuffer(part)) continue;
    sizeBytes += part.length;
    if (sizeBytes > DEV_LIMITS.requestBytesMax) throw CommandError.of('internal', 'The request is too large.');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
