import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFabricId, type FabricId } from '../../../src/core/index.ts';
import {
  describeSdp,
  formatHandCode,
  readHandCode,
  sdpOf,
  type HandCode,
} from '../../../src/membership/by-hand/index.ts';
import { errorOf, patternBytes, present, valueOf } from '../../support/index.ts';

const NOW_MS = 1_700_000_000_000;

function fabricOf(digit: string): FabricId {
  const text = digit.repeat(32);
  if (!isFabricId(text)) throw new Error('not a fabric id');
  return text;
}

const FABRIC = fabricOf('a');

const CODE: HandCode = {
  kind: 'offer',
  dial: patternBytes(8),
  expiresAtWallMs: NOW_MS + 600_000,
  description: {
    ufrag: 'aB3+',
    password: 'x/Yz0123456789abcdefghij',
    fingerprint: patternBytes(32, 3),
    candidates: [
      { type: 'host', address: '192.168.1.17', port: 54_321 },
      { type: 'host', address: '9b36eaac-bb2e-49bb-bb78-21c41c499900.local', port: 5_000 },
      { type: 'srflx', address: '2001:0db8:0000:0000:0000:0000:0000:0007', port: 443 },
      { type: 'relay', address: 'relay.example', port: 1 },
    ],
  },
};

/** As Chromium writes it, with what a data channel does not need. */
const CHROMIUM_OFFER = [
  'v=0',
  'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=application 51000 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 203.0.113.9',
  'a=candidate:1 1 udp 2113937151 192.168.1.17 51000 typ host generation 0 network-cost 999',
  'a=candidate:2 1 tcp 1518280447 192.168.1.17 9 typ host tcptype active generation 0',
  'a=candidate:3 1 udp 1677729535 203.0.113.9 51000 typ srflx raddr 192.168.1.17 rport 51000 generation 0',
  'a=ice-ufrag:aB3+',
  'a=ice-pwd:x/Yz0123456789abcdefghij',
  'a=ice-options:trickle',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, (_, index) => (index + 160).toString(16).toUpperCase()).join(':')}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=sctp-port:5000',
  '',
].join('\r\n');

describe('a code', () => {
  test('is read as it was written, and fits a QR code that a phone reads', () => {
    const text = formatHandCode(CODE, FABRIC);
    expect(valueOf(readHandCode(text, FABRIC, NOW_MS))).toEqual(CODE);
    expect(text.length).toBeLessThan(220);
  });

  test('is read out of the link that carries it, also when a mail broke it into lines', () => {
    const text = formatHandCode(CODE, FABRIC);
    const link = `https://example.org/#/f/x?k=abc&o=${text.slice(0, 60)}\r\n  ${text.slice(60)}\n`;
    expect(valueOf(readHandCode(link, FABRIC, NOW_MS))).toEqual(CODE);
  });

  test.each([
    ['cut short', (text: string) => text.slice(0, -4)],
    ['with two characters changed over', (text: string) => `${text.slice(0, 40)}AB${text.slice(42)}`],
    ['that is a sentence', () => 'Hello, are you there?'],
    ['that is nothing', () => '  '],
    ['that is far too long', (text: string) => text.repeat(20)],
  ])('%s is refused as damaged', (_, change) => {
    const text = change(formatHandCode(CODE, FABRIC));
    expect(errorOf(readHandCode(text, FABRIC, NOW_MS)).code).toBe('code_damaged');
  });

  test('of another fabric, and one that ran out, are told apart', () => {
    expect(errorOf(readHandCode(formatHandCode(CODE, fabricOf('b')), FABRIC, NOW_MS)).code).toBe('wrong_key');
    const text = formatHandCode(CODE, FABRIC);
    expect(errorOf(readHandCode(text, FABRIC, CODE.expiresAtWallMs)).code).toBe('code_expired');
    expect(readHandCode(text, FABRIC, CODE.expiresAtWallMs - 1).ok).toBe(true);
  });

  test('of any bytes is read or refused, and never more than that', () => {
    const text = formatHandCode(CODE, FABRIC);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 6 }), (at, other) => {
        const read = readHandCode(text.slice(0, at) + other + text.slice(at + other.length), FABRIC, NOW_MS);
        return !read.ok || formatHandCode(read.value, FABRIC) === text;
      }),
    );
  });
});

describe('a description', () => {
  test('keeps of a browser’s own what the other end needs, and nothing that it does not', () => {
    const description = present(describeSdp(CHROMIUM_OFFER));
    expect(description.candidates).toEqual([
      { type: 'srflx', address: '203.0.113.9', port: 51_000 },
      { type: 'host', address: '192.168.1.17', port: 51_000 },
    ]);
    expect(describeSdp(sdpOf(description, 'answer'))).toEqual(description);
  });

  test('that lacks a certificate is none', () => {
    expect(describeSdp(CHROMIUM_OFFER.replace(/a=fingerprint.*\r\n/, ''))).toBeUndefined();
  });
});
