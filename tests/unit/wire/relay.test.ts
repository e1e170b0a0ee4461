import { describe, expect, test } from 'vitest';
import { fromHex, RELAY_LIMITS, toHex } from '../../../src/core/index.ts';
import { decodeCarried, encodeCarried } from '../../../src/transport/relay/index.ts';
import { decodeSealed, encodeSealed, FrameParts, partsOf } from '../../../src/transport/relay/record.ts';
import { LINK, RELAY, relayGreeting } from '../../../src/wire/index.ts';
import { idOf, patternBytes, present, valueOf } from '../../support/index.ts';

const filled = (sizeBytes: number): Uint8Array<ArrayBuffer> => new Uint8Array(sizeBytes).fill(7);

describe('messages of links through others', () => {
  const greeting = { publicKey: filled(32), agreement: filled(32), signature: filled(64) };
  const SAMPLES = [
    ['relay.open', RELAY.open, { to: idOf.cell('1') }],
    ['relay.offered', RELAY.offered, { from: idOf.cell('1'), circuit: 7 }],
    ['relay.closed', RELAY.closed, { circuit: 7, isFromCarrier: true }],
    ['link.ready', LINK.ready, {}],
    ['link.moved', LINK.moved, {}],
    ['link.left', LINK.left, {}],
    ['greeting', relayGreeting, greeting],
  ] as const;
  const GOLDEN: Readonly<Record<string, string>> = {
    'relay.open': 'a162746f78203131313131313131313131313131313131313131313131313131313131313131',
    'relay.offered':
      'a26466726f6d78203131313131313131313131313131313131313131313131313131313131313131676369726375697407',
    'relay.closed': 'a26763697263756974076d697346726f6d43617272696572f5',
    'link.ready': 'a0',
    'link.moved': 'a0',
    'link.left': 'a0',
    greeting:
      'a36961677265656d656e7458200707070707070707070707070707070707070707070707070707070707070707' +
      '697075626c69634b657958200707070707070707070707070707070707070707070707070707070707070707' +
      '697369676e6174757265584007070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707',
  };

  test.each(SAMPLES)('%s is these bytes, and nothing else reads as it', (name, type, payload) => {
    const bytes = (type.write as (payload: unknown) => Uint8Array<ArrayBuffer>)(payload);
    expect(toHex(bytes)).toBe(GOLDEN[name]);
    expect(valueOf(type.read(present(fromHex(GOLDEN[name] ?? ''))))).toEqual(payload);
    expect(type.read(new Uint8Array([...bytes, 0])).ok).toBe(false);
    expect(type.read(bytes.slice(0, -1)).ok).toBe(false);
  });

  test('have the codes of the document', () => {
    const codes = [...Object.values(RELAY), ...Object.values(LINK)].map(({ code }) => code);
    expect(codes).toEqual([0x80, 0x81, 0x82, 0x83, 0x84, 0x08, 0x09, 0x0a]);
    expect([RELAY.control.channel, RELAY.control.answerChannel]).toEqual(['control', 'control']);
    expect([RELAY.data.channel, RELAY.data.answerChannel]).toEqual(['data', 'data']);
  });
});

describe('records', () => {
  test('are carried under their circuit, to the carrier or from it', () => {
    const bytes = encodeCarried({ isFromCarrier: true, circuit: 0x0102_0304, record: new Uint8Array([9, 8]) });
    expect(toHex(bytes)).toBe('01040302010908');
    expect(decodeCarried(bytes)).toEqual({ isFromCarrier: true, circuit: 0x0102_0304, record: new Uint8Array([9, 8]) });
    expect(decodeCarried(new Uint8Array([2, 0, 0, 0, 0]))).toBeUndefined();
    expect(decodeCarried(new Uint8Array(4))).toBeUndefined();
    expect(decodeCarried(new Uint8Array(5 + 8 + 1 + 16 + RELAY_LIMITS.recordBytesMax))).toBeDefined();
    expect(decodeCarried(new Uint8Array(5 + 8 + 1 + 16 + RELAY_LIMITS.recordBytesMax + 1))).toBeUndefined();
  });

  test('carry their counter, of 64 bits', () => {
    const record = encodeSealed(2 ** 40 + 1, filled(17));
    expect(toHex(record.subarray(0, 9))).toBe('010000000001000007');
    expect(decodeSealed(record)).toEqual({ counter: 2n ** 40n + 1n, sealed: filled(17) });
    expect(decodeSealed(filled(24))).toBeUndefined();
  });

  test.each([0, 1, 61_440, 61_441, 65_536])('make a frame of %i bytes again', (sizeBytes) => {
    const frame = patternBytes(sizeBytes);
    const parts = new FrameParts();
    const texts = partsOf(frame);
    expect(texts.length).toBe(Math.max(1, Math.ceil(sizeBytes / RELAY_LIMITS.recordBytesMax)));
    const made = texts.map((plain) => parts.add(plain));
    expect(made.slice(0, -1).every((each) => each === undefined)).toBe(true);
    expect(made.at(-1)).toEqual(frame);
  });

  test('make no frame that is too long, or of anything else', () => {
    const more = new Uint8Array(1 + RELAY_LIMITS.recordBytesMax).fill(1);
    const parts = new FrameParts();
    expect([parts.add(more), parts.add(more)]).toEqual([undefined, 'malformed']);
    expect(new FrameParts().add(new Uint8Array([2, 0]))).toBe('malformed');
    expect(new FrameParts().add(new Uint8Array(0))).toBe('malformed');
  });
});
