import type { Page } from '@playwright/test';

/** Keeps every peer connection this tab makes from now on, for `cutLink`. */
export function watchConnections(page: Page): Promise<void> {
  return page.evaluate(() => {
    const made: RTCPeerConnection[] = [];
    Reflect.set(window, 'madeConnections', made);
    const Native = window.RTCPeerConnection;
    window.RTCPeerConnection = new Proxy(Native, {
      construct(target, given: [RTCConfiguration?]) {
        const connection = new target(...given);
        made.push(connection);
        return connection;
      },
    });
  });
}

function fingerprints(page: Page, side: 'localDescription' | 'remoteDescription'): Promise<(string | undefined)[]> {
  return page.evaluate(
    (which) =>
      (Reflect.get(window, 'madeConnections') as RTCPeerConnection[]).map((connection) =>
        connection.connectionState === 'connected'
          ? /a=fingerprint:\S+ (\S+)/.exec(connection[which]?.sdp ?? '')?.[1]
          : undefined,
      ),
    side,
  );
}

/** Closes the connection between two tabs from one end, as a network that lets go of it does. */
export async function cutLink(near: Page, far: Page): Promise<void> {
  const own = await fingerprints(far, 'localDescription');
  const others = await fingerprints(near, 'remoteDescription');
  const at = others.findIndex((print) => print !== undefined && own.includes(print));
  await near.evaluate((index) => (Reflect.get(window, 'madeConnections') as RTCPeerConnection[])[index]?.close(), at);
}
