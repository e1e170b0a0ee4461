import { beforeEach, describe, expect, test } from 'vitest';
import { equalBytes, WIRE_LIMITS, type Bytes } from '../../../src/core/index.ts';
import { Outbox } from '../../../src/transport/session/outbox.ts';
import type { RawLink } from '../../../src/transport/index.ts';
import { Assembler, decodeFrame, FRAME_KIND, type ChannelName, type Frame } from '../../../src/wire/index.ts';
import { ManualTime, patternBytes, present, valueOf } from '../../support/index.ts';

/** A link whose buffer empties only when the test says so. */
class StuckLink implements RawLink {
  readonly role = 'dialer';
  readonly localFingerprint = new Uint8Array(32);
  readonly remoteFingerprint = new Uint8Array(32);
  readonly frames: { readonly channel: ChannelName; readonly frame: Frame }[] = [];
  readonly buffered: Record<ChannelName, number> = { control: 0, data: 0 };

  send(channel: ChannelName, frame: Bytes): void {
    this.frames.push({ channel, frame: valueOf(decodeFrame(frame.slice())) });
    this.buffered[channel] += frame.length;
  }

  bufferedBytes(channel: ChannelName): number {
    return this.buffered[channel];
  }

  close(): void {
    this.buffered.control = 0;
  }

  drain(): void {
    this.buffered.control = 0;
    this.buffered.data = 0;
  }
}

let link: StuckLink;
let outbox: Outbox;

beforeEach(() => {
  link = new StuckLink();
  outbox = new Outbox(link);
});

const message = (id: number, sizeBytes: number) => ({
  kind: FRAME_KIND.answer,
  type: 0x40,
  id,
  payload: patternBytes(sizeBytes, id),
});
const send = (channel: ChannelName, id: number, sizeBytes: number): boolean =>
  outbox.send(channel, message(id, sizeBytes));
const ids = () => link.frames.map(({ frame }) => frame.id);

function drainAll(): void {
  for (let before = -1; before !== link.frames.length;) {
    before = link.frames.length;
    link.drain();
    outbox.pump('control');
    outbox.pump('data');
  }
}

describe('messages leave', () => {
  test('at once while the channel takes them, and stop when it is full', () => {
    const size = 60_000;
    const count = Math.ceil(WIRE_LIMITS.channelBufferedHighBytes / size) + 5;
    for (let id = 1; id <= count; id++) expect(send('control', id, size)).toBe(true);
    expect(link.frames.length).toBeLessThan(count);
    expect(link.buffered.control).toBeLessThan(WIRE_LIMITS.channelBufferedHighBytes + WIRE_LIMITS.frameBytesMax);
    drainAll();
    expect(ids()).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  });

  test('in order on the control channel, long ones too', () => {
    send('control', 1, 200_000);
    send('control', 2, 10);
    send('control', 3, 200_000);
    drainAll();
    expect([...new Set(ids())]).toEqual([1, 2, 3]);
    expect(ids()).toEqual(ids().toSorted((left, right) => left - right));
  });

  test('in turns on the data channel: a short one is not held up by long ones', () => {
    send('data', 1, 10_000_000);
    send('data', 2, 10_000_000);
    send('data', 3, 100);
    drainAll();
    const places = ids();
    expect(places.indexOf(3)).toBeLessThan(40);
    expect(places.indexOf(2)).toBeLessThan(places.lastIndexOf(1));
  });

  test('and arrive as they were, cut to frames that fit', () => {
    const assembler = new Assembler(new ManualTime());
    const sizes = [0, 1, 65_519, 65_520, 65_521, 500_000, 3_000_000];
    sizes.forEach((size, id) => send('data', id, size));
    drainAll();
    const arrived = new Map<number, Uint8Array>();
    for (const { frame } of link.frames) {
      const whole = valueOf(assembler.accept(frame, WIRE_LIMITS.dataBytesMax));
      if (whole) arrived.set(frame.id, whole);
    }
    sizes.forEach((size, id) => expect(equalBytes(present(arrived.get(id)), patternBytes(size, id))).toBe(true));
  });

  test('one channel does not hold up the other', () => {
    send('data', 1, 10_000_000);
    send('control', 2, 10);
    expect(link.frames.at(-1)).toMatchObject({ channel: 'control', frame: { id: 2 } });
  });
});

describe('a queue that is full', () => {
  test('takes no more, and takes again what fits when some has left', () => {
    const size = 16_000_000;
    const fitting = Math.floor(WIRE_LIMITS.sendQueueBytesMax / size);
    const payload = new Uint8Array(size);
    const offer = (id: number) => outbox.send('data', { kind: FRAME_KIND.answer, type: 0x40, id, payload });
    for (let id = 0; id < fitting; id++) expect(offer(id)).toBe(true);
    expect(offer(99)).toBe(false);
    drainAll();
    expect(offer(99)).toBe(true);
  });
});
