import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SIGNALING_LIMITS } from '../../../src/cli/server/index.ts';
import { Client, openSite, type Site } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

describe('every answer', () => {
  test.each(['/', '/api/health', '/peerjs/', '/programs/catalog.json', '/programs/nothing', '/nothing'])(
    'carries isolation headers: %s',
    async (path) => {
      const { headers } = await fetch(site.url + path);
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('x-powered-by')).toBeNull();
    },
  );
});

describe('programs', () => {
  test('are served with their media types, by decoded name', async () => {
    const fixture = await fetch(`${site.url}/programs/a/fixtures/two%20words.txt`);
    expect(fixture.headers.get('content-type')).toBe('text/plain');
    expect(await fixture.text()).toBe('hello');
    const module = await fetch(`${site.url}/programs/00.wasm`);
    expect(module.headers.get('content-type')).toBe('application/wasm');
    expect(module.headers.get('cache-control')).toContain('immutable');
  });

  test('that are not there are a typed 404, not the page', async () => {
    const missing = await fetch(`${site.url}/programs/nothing.wasm`);
    expect(missing.status).toBe(404);
    expect(await missing.json()).toMatchObject({ error: { code: 'not_found' } });
  });
});

describe('signaling', () => {
  test('answers as a PeerServer and hands out ids', async () => {
    expect(await (await fetch(`${site.url}/peerjs/`)).json()).toMatchObject({ name: 'PeerJS Server' });
    expect(await (await fetch(`${site.url}/peerjs/peerjs/id`)).text()).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('introduces two tabs and counts them', async () => {
    const [left, right] = [Client.peer(site, 'left'), Client.peer(site, 'right')];
    expect(await left.next()).toEqual({ type: 'OPEN' });
    expect(await right.next()).toEqual({ type: 'OPEN' });
    expect(await (await fetch(`${site.url}/api/health`)).json()).toMatchObject({
      name: 'grafos-web',
      signaling: { path: '/peerjs', clients: 2 },
      programs: { state: 'ready', problems: [] },
    });
    left.socket.send(JSON.stringify({ type: 'OFFER', dst: 'right', payload: { sdp: 'v=0' } }));
    expect(await right.next()).toEqual({ type: 'OFFER', src: 'left', dst: 'right', payload: { sdp: 'v=0' } });
    left.socket.close();
    right.socket.close();
    await Promise.all([left.closed, right.closed]);
  });

  test('keeps an id for the tab that has it', async () => {
    const owner = Client.peer(site, 'mine');
    await owner.next();
    const thief = new Client(site, '/peerjs/peerjs?key=peerjs&id=mine&token=other');
    expect(await thief.next()).toMatchObject({ type: 'ID-TAKEN' });
    await thief.closed;
    owner.socket.close();
  });

  test('survives what is not a message', async () => {
    const client = Client.peer(site, 'rude');
    await client.next();
    for (const text of ['', '{', 'null', '[]', '7', '{"type":"NOPE"}']) client.socket.send(text);
    const other = Client.peer(site, 'polite');
    expect(await other.next()).toEqual({ type: 'OPEN' });
    client.socket.close();
    other.socket.close();
  });

  test('ends a tab whose message is too large, or that sends too many', async () => {
    const large = Client.peer(site, 'large');
    await large.next();
    large.socket.send('x'.repeat(SIGNALING_LIMITS.messageBytesMax + 1));
    await large.closed;
    const many = Client.peer(site, 'many');
    await many.next();
    for (let sent = 0; sent <= SIGNALING_LIMITS.messagesPerWindowMax; sent++) many.socket.send('{"type":"HEARTBEAT"}');
    await many.closed;
    expect(site.warnings.join('\n')).toContain('sent too much');
  });

  test('refuses an overlong request, and closes sockets nobody answers', async () => {
    await new Client(site, `/peerjs/peerjs?key=peerjs&token=t&id=${'x'.repeat(2_000)}`).closed;
    await new Client(site, '/elsewhere').closed;
  });
});

test("Vite's own socket still works", async () => {
  const client = new Client(site, '/', 'vite-hmr');
  expect(await client.next()).toEqual({ type: 'connected' });
  client.socket.close();
});
