import { describe, expect, test } from 'vitest';
import { WIRE_LIMITS, type Bytes } from '../../../src/core/index.ts';
import type { RawLink } from '../../../src/transport/index.ts';
import { patternBytes, present } from '../../support/index.ts';

/** One end of a link under test, with everything it was told. */
export interface LinkEnd {
  readonly link: RawLink;
  readonly frames: { readonly channel: 'control' | 'data'; readonly bytes: Bytes }[];
  readonly drained: string[];
  closed: number;
}

/** Two transports that can reach each other. */
export interface TransportPair {
  /** Opens a link from the first to the second and answers both ends. */
  open(): Promise<readonly [LinkEnd, LinkEnd]>;
  /** Opens a link on which the answerer sends `early` frames before the dialer has anyone to listen. */
  openSpeaking(early: readonly Bytes[]): Promise<readonly [LinkEnd, LinkEnd]>;
  /** Waits until everything sent has arrived. */
  settle(): Promise<void>;
}

const CHANNELS = ['control', 'data'] as const;

/** What every transport promises, whatever carries its frames. */
export function runTransportTests(name: string, setup: () => TransportPair): void {
  describe(`${name}: frames`, () => {
    test.each(CHANNELS)('arrive whole, once and in order on %s, both ways', async (channel) => {
      const pair = setup();
      const [near, far] = await pair.open();
      const sent = [1, 100, WIRE_LIMITS.frameBytesMax, 0, 7].map((size, seed) => patternBytes(size, seed));
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        for (const frame of sent) from.link.send(channel, frame);
        await pair.settle();
        expect(to.frames.map(({ bytes }) => bytes)).toEqual(sent);
        expect(new Set(to.frames.map((frame) => frame.channel))).toEqual(new Set([channel]));
      }
    });

    test('are taken as they are when they are sent', async () => {
      const pair = setup();
      const [near, far] = await pair.open();
      const frame = new Uint8Array([1, 2, 3]);
      near.link.send('control', frame);
      frame.fill(9);
      await pair.settle();
      expect([...present(far.frames[0]).bytes]).toEqual([1, 2, 3]);
    });

    test('that come before anyone listens are kept', async () => {
      const early = [patternBytes(3, 1), patternBytes(4, 2)];
      const pair = setup();
      const [near] = await pair.openSpeaking(early);
      await pair.settle();
      expect(near.frames.map(({ bytes }) => bytes)).toEqual(early);
    });
  });

  describe(`${name}: ends`, () => {
    test('know their role, and each other’s certificate', async () => {
      const [near, far] = await setup().open();
      expect([near.link.role, far.link.role]).toEqual(['dialer', 'answerer']);
      expect(near.link.localFingerprint).toEqual(far.link.remoteFingerprint);
      expect(near.link.remoteFingerprint).toEqual(far.link.localFingerprint);
      expect(near.link.localFingerprint).not.toEqual(near.link.remoteFingerprint);
      expect(near.link.localFingerprint.length).toBe(32);
    });

    test('closed by one are closed for the other, once, and nothing comes after', async () => {
      const pair = setup();
      const [near, far] = await pair.open();
      near.link.send('control', patternBytes(5));
      near.link.close();
      near.link.close();
      far.link.send('control', patternBytes(6));
      await pair.settle();
      expect(far.closed).toBe(1);
      expect(far.frames.length).toBe(1);
      const before = near.frames.length;
      for (const end of [near, far]) end.link.send('data', patternBytes(7));
      far.link.close();
      await pair.settle();
      expect([near.frames.length, far.frames.length, far.closed]).toEqual([before, 1, 1]);
      expect(near.closed).toBe(0);
    });
  });

  describe(`${name}: back-pressure`, () => {
    test('shows what is on its way, says when it drained, and says it once', async () => {
      const pair = setup();
      const [near, far] = await pair.open();
      const frame = patternBytes(WIRE_LIMITS.frameBytesMax);
      const count = WIRE_LIMITS.channelBufferedHighBytes / frame.length;
      for (let sent = 0; sent < count; sent++) near.link.send('data', frame);
      expect(near.link.bufferedBytes('data')).toBeGreaterThan(WIRE_LIMITS.channelBufferedLowBytes);
      expect(near.link.bufferedBytes('control')).toBe(0);
      await pair.settle();
      expect(far.frames.length).toBe(count);
      expect(near.link.bufferedBytes('data')).toBe(0);
      expect(near.drained).toEqual(['data']);
    });
  });
}
