import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import express from 'express';
import { ExpressPeerServer } from 'peer';
import { WebSocketServer, type WebSocket } from 'ws';
import { SIGNALING_LIMITS } from './limits.ts';

/** Where the signaling service answers, on the page's own origin. A PeerJS client is given `path: '/peerjs'`. */
export const SIGNALING_PATH = '/peerjs';

const PEER_SERVER_NAME = 'PeerJS Server';

/** What the embedded service needs of the server it lives in: upgrades, and nothing it could take over. */
export interface UpgradeSource {
  on(event: 'upgrade', listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): unknown;
}

export interface Signaling {
  /** Answers requests under {@link SIGNALING_PATH}; passes all others on. */
  handle(request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): void;
  /** Tabs connected now. */
  clientCount(): number;
  close(): void;
}

/**
 * Starts a PeerServer inside `server`. It takes only the upgrades under its own path, so that the development
 * server's sockets keep working: a PeerServer left to itself answers every upgrade and breaks them.
 */
export function startSignaling(server: UpgradeSource, log: (message: string) => void): Signaling {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: SIGNALING_LIMITS.messageBytesMax });
  let socketPath = '';
  const peers = ExpressPeerServer(createServer(), {
    // The server given first is only asked for its existence when there is a socket server of our own.
    path: '/',
    concurrent_limit: SIGNALING_LIMITS.clientsMax,
    createWebSocketServer: (options) => {
      socketPath = options.path ?? '';
      return sockets;
    },
  });
  // Without a listener a malformed message of one client would end the whole server.
  peers.on('error', (error) => log(`signaling: ${error.message}`));
  peers.disable('x-powered-by');
  const app = express();
  app.disable('x-powered-by');
  app.use(SIGNALING_PATH, peers);
  sockets.on('connection', (socket, request) => {
    addressOf.set(socket, request.socket.remoteAddress);
    limitRate(socket, log);
  });
  server.on('upgrade', (request, socket, head) => {
    if (pathOf(request) !== socketPath) {
      if (!isForVite(request)) socket.destroy();
      return;
    }
    const refusal = refuseUpgrade(request, sockets);
    if (refusal !== undefined) {
      log(`signaling: ${refusal}`);
      socket.end(`HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request));
  });
  return {
    handle: (request, response, next) => {
      if (!isUnderSignaling(pathOf(request))) next();
      else if (request.httpVersionMajor >= 2) answerPlainly(request, response, next);
      else app(request, response);
    },
    clientCount: () => sockets.clients.size,
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

/** Express 4 cannot read HTTP/2 requests, which is what a browser sends over TLS. Sockets come over 1.1 anyway. */
function answerPlainly(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  const path = pathOf(request);
  response.setHeader('Access-Control-Allow-Origin', '*');
  if (path === SIGNALING_PATH || path === `${SIGNALING_PATH}/`) {
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.end(JSON.stringify({ name: PEER_SERVER_NAME }));
  } else if (/^\/peerjs\/[^/]+\/id$/.test(path)) {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(randomUUID());
  } else next();
}

function refuseUpgrade(request: IncomingMessage, sockets: WebSocketServer): string | undefined {
  if ((request.url ?? '').length > SIGNALING_LIMITS.requestUrlCharactersMax) return 'refused an overlong request';
  if (sockets.clients.size >= SIGNALING_LIMITS.clientsMax) return 'refused a tab: the service is full';
  const address = request.socket.remoteAddress;
  let fromThere = 0;
  for (const socket of sockets.clients) if (addressOf.get(socket) === address) fromThere++;
  if (fromThere >= SIGNALING_LIMITS.clientsPerAddressMax) return `refused a tab: too many from ${address ?? 'there'}`;
  return undefined;
}

const addressOf = new WeakMap<WebSocket, string | undefined>();

/** Drops a tab that sends more than an honest one could; a PeerServer would queue all of it for absent peers. */
function limitRate(socket: WebSocket, log: (message: string) => void): void {
  let windowStartMs = performance.now();
  let messages = 0;
  let bytes = 0;
  socket.on('message', (data: Buffer) => {
    const nowMs = performance.now();
    if (nowMs - windowStartMs > SIGNALING_LIMITS.windowMs) {
      windowStartMs = nowMs;
      messages = 0;
      bytes = 0;
    }
    messages++;
    bytes += data.length;
    if (messages > SIGNALING_LIMITS.messagesPerWindowMax || bytes > SIGNALING_LIMITS.bytesPerWindowMax) {
      log('signaling: dropped a tab that sent too much');
      socket.terminate();
    }
  });
}

/** Vite's sockets name themselves in their subprotocol. Nobody else answers upgrades; unanswered ones would stay open. */
function isForVite(request: IncomingMessage): boolean {
  return (request.headers['sec-websocket-protocol'] ?? '').startsWith('vite-');
}

function isUnderSignaling(path: string): boolean {
  return path === SIGNALING_PATH || path.startsWith(`${SIGNALING_PATH}/`);
}

function pathOf(request: IncomingMessage): string {
  const url = request.url ?? '';
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}
