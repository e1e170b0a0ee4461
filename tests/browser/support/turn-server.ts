import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A TURN server on this machine's loopback, for one test. */
export interface TurnServer {
  /** As a line of the settings: address, user name, credential. */
  readonly line: string;
  stop(): Promise<void>;
}

const USER = 'ada';
const SECRET = 'lovelace';
/** A STUN binding request (RFC 8489 §5), which every TURN server answers. */
const BINDING_REQUEST = Buffer.from('000100002112a442000102030405060708090a0b', 'hex');
const ASK_EVERY_MS = 50;

/** coturn's server; undefined where it is not installed. */
export async function findTurnServer(): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'turnserver');
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}

/** Starts it with one user and nothing else; it writes into a folder that goes with it. */
export async function startTurnServer(path: string): Promise<TurnServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'grafos-turn-'));
  const server = spawn(
    path,
    [
      ...['-n', '--no-cli', '--no-tls', '--no-dtls', '--lt-cred-mech', '--realm=grafos.test', '--fingerprint'],
      ...['--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1', '--allow-loopback-peers', `--listening-port=${port}`],
      ...[`--user=${USER}:${SECRET}`, '--log-file=stdout', `--pidfile=${join(folder, 'pid')}`],
      ...[`--userdb=${join(folder, 'db')}`, '--simple-log'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  const listen = (text: Buffer): void => {
    said = `${said}${text.toString()}`.slice(-4_096);
  };
  server.stdout.on('data', listen);
  server.stderr.on('data', listen);
  const ended = once(server, 'exit').then(() => {
    throw new Error(`the TURN server ended: ${said}`);
  });
  await Promise.race([answering(port), ended]);
  return {
    line: `turn:127.0.0.1:${port}?transport=udp ${USER} ${SECRET}`,
    async stop() {
      server.kill('SIGTERM');
      await ended.catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Settles once something answers there. */
async function answering(port: number): Promise<void> {
  const socket = createSocket('udp4');
  const answered = once(socket, 'message');
  // Nobody listens yet: some systems say so.
  socket.on('error', () => undefined);
  const asks = setInterval(() => socket.send(BINDING_REQUEST, port, '127.0.0.1'), ASK_EVERY_MS);
  await answered;
  clearInterval(asks);
  socket.close();
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}
