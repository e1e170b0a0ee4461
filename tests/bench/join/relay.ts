import { WebSocketServer, type WebSocket } from 'ws';
import * as v from 'valibot';

const request = v.union([
  v.looseTuple([
    v.literal('EVENT'),
    v.looseObject({ id: v.string(), kind: v.number(), tags: v.array(v.array(v.string())) }),
  ]),
  v.looseTuple([v.literal('REQ'), v.string(), v.object({ kinds: v.array(v.number()), '#x': v.array(v.string()) })]),
  v.looseTuple([v.literal('CLOSE'), v.string()]),
]);

interface Subscription {
  readonly socket: WebSocket;
  readonly kinds: ReadonlySet<number>;
  readonly topics: ReadonlySet<string>;
}

/** As much of a Nostr relay (NIP-01) as trystero asks of one: events go to those subscribed to their topic, at once. */
export async function startRelay(): Promise<{ readonly url: string; close(): void }> {
  const server = new WebSocketServer({ port: 0, host: 'localhost' });
  const subscriptions = new Map<string, Subscription>();
  server.on('connection', (socket) => {
    const own = new Set<string>();
    socket.on('close', () => own.forEach((id) => subscriptions.delete(id)));
    socket.on('message', (data: Buffer) => {
      const read = v.safeParse(request, JSON.parse(data.toString('utf8')));
      if (!read.success) return;
      const [kind, first] = read.output;
      if (kind === 'CLOSE') subscriptions.delete(first);
      else if (kind === 'REQ') {
        const { kinds, '#x': topics } = read.output[2];
        own.add(first);
        subscriptions.set(first, { socket, kinds: new Set(kinds), topics: new Set(topics) });
        socket.send(JSON.stringify(['EOSE', first]));
      } else {
        const topic = first.tags.find(([name]) => name === 'x')?.[1] ?? '';
        for (const [id, { socket: to, kinds, topics }] of subscriptions) {
          if (kinds.has(first.kind) && topics.has(topic)) to.send(JSON.stringify(['EVENT', id, first]));
        }
        socket.send(JSON.stringify(['OK', first.id, true, '']));
      }
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the relay has no address');
  return { url: `ws://localhost:${address.port}`, close: () => server.close() };
}
