import { Peer } from 'peerjs';
import { joinRoom } from 'trystero';

/** Enters a room and answers once it has been joined by `others` peers. */
export function enterRoom(relayUrl: string, roomId: string, others: number): Promise<void> {
  const config = { appId: 'grafos-web-bench', relayConfig: { urls: [relayUrl] }, rtcConfig: { iceServers: [] } };
  const room = joinRoom(config, roomId);
  let met = 0;
  return new Promise((resolve) => {
    room.onPeerJoin = () => {
      if (++met === others) resolve();
    };
  });
}

export interface PeerAddress {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

function opened(id: string, address: PeerAddress): Promise<Peer> {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- PeerJS documents a plain object
  const peer = new Peer(id, { ...address, config: { iceServers: [] } });
  return new Promise((resolve) => peer.on('open', () => resolve(peer)));
}

/** Waits under a name to be dialled. */
export async function waitAs(id: string, address: PeerAddress): Promise<void> {
  await opened(id, address);
}

/** Milliseconds from nothing to an open connection to whoever has that name. */
export async function dialMs(id: string, own: string, address: PeerAddress): Promise<number> {
  const startMs = performance.now();
  const peer = await opened(own, address);
  await new Promise<void>((resolve) => peer.connect(id).on('open', () => resolve()));
  return performance.now() - startMs;
}
