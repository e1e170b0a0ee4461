import { webcrypto } from 'node:crypto';
import { expect } from '@playwright/test';
import { deriveFabricSecrets, parseFabricUrl } from '../../src/sdk/index.ts';
import {
  decodeFrame,
  encodeFrame,
  FRAME_KIND,
  framesOf,
  HELLO,
  REQUEST,
  type EventType,
} from '../../src/wire/index.ts';
import { speakAsStranger } from './support/stranger.ts';
import { openFabric, openTab, snapshot } from './support/tabs.ts';
import { test } from './support/test.ts';

function frameOf<Payload>(type: EventType<Payload>, payload: Payload, kind: 0 | 1 = FRAME_KIND.event): number[] {
  return [...encodeFrame({ kind, type: type.code, id: 1, payload: type.write(payload) })];
}

function random(sizeBytes: number): Uint8Array<ArrayBuffer> {
  return webcrypto.getRandomValues(new Uint8Array(sizeBytes));
}

const hello = () => frameOf(HELLO.hello, { nonce: random(32), publicKey: random(32), session: random(8) });

/** The rendezvous name of slot 0, which a signaling service knows: reaching a member takes no key, joining does. */
function meetingPoint(url: string): string {
  const invitation = parseFabricUrl(url);
  if (!invitation.ok) throw new Error(invitation.error.message);
  return deriveFabricSecrets(invitation.value).rendezvousIds[0] ?? '';
}

function typesOf(messages: readonly (readonly number[])[]): number[] {
  const frames = messages.flatMap((message) => framesOf(new Uint8Array(message)));
  return frames.map((bytes) => {
    const frame = decodeFrame(bytes);
    if (!frame.ok) throw new Error(`a member sent a bad frame: ${frame.error}`);
    return frame.value.type;
  });
}

test('a stranger who reaches a member without the key is refused as wrong_key', async ({ browser, baseURL }) => {
  if (!baseURL) throw new Error('no base URL');
  const { url, tabs } = await openFabric(browser, baseURL, 1);
  const stranger = await openTab(browser, baseURL);
  const log = await speakAsStranger(stranger, {
    signalingUrl: `${baseURL.replace('http', 'ws')}peerjs`,
    target: meetingPoint(url),
    frames: [hello(), frameOf(HELLO.proof, { mac: random(32), signature: random(64) })],
  });
  expect(log.isClosed).toBe(true);
  expect(typesOf(log.frames)).toEqual([HELLO.hello.code, HELLO.proof.code, HELLO.refused.code]);
  const refused = decodeFrame(new Uint8Array(log.frames.at(-1) ?? []));
  expect(refused.ok && HELLO.refused.read(refused.value.payload)).toEqual({ ok: true, value: { code: 'wrong_key' } });
  for (const tab of tabs) {
    // What happened is shown a moment after it happened.
    await tab.waitForFunction(() =>
      window.grafos
        ?.fabric()
        ?.snapshot()
        .events.some(({ kind, text }) => kind === 'hello.refused' && text.includes('wrong_key')),
    );
    expect((await snapshot(tab)).cells).toHaveLength(1);
  }
});

test('a stranger who asks for a lease before the hello gets nothing', async ({ browser, baseURL }) => {
  if (!baseURL) throw new Error('no base URL');
  const { url, tabs } = await openFabric(browser, baseURL, 1);
  const stranger = await openTab(browser, baseURL);
  const wishes = [{ kind: 'cpu' as const, quantity: 1, ttlMs: 1_000 }];
  const log = await speakAsStranger(stranger, {
    signalingUrl: `${baseURL.replace('http', 'ws')}peerjs`,
    target: meetingPoint(url),
    frames: [frameOf(REQUEST.leaseRequest, { wishes }, FRAME_KIND.request)],
  });
  expect(log.isClosed).toBe(true);
  expect(typesOf(log.frames)).toEqual([HELLO.refused.code]);
  for (const tab of tabs) expect((await snapshot(tab)).leases).toHaveLength(0);
});
