import { describe, expect, test } from 'vitest';
import { pathOf } from '../../../src/browser/page/signaling/link-path.ts';
import {
  createFabricUrl,
  formatIceLines,
  parseFabricUrl,
  parseIceLines,
  withIceServers,
} from '../../../src/sdk/index.ts';
import { formatIceParameter } from '../../../src/membership/index.ts';
import { errorOf, seededRandom, valueOf } from '../../support/index.ts';

const LINES = 'stun:stun.example.org\nturns:turn.example.org:5349?transport=tcp ada se cret';
const LINK = createFabricUrl('https://example.org/', 'class', seededRandom('ice'));

describe('servers', () => {
  test('are read line by line, and written as they are read', () => {
    const servers = valueOf(parseIceLines(`\n  ${LINES}  \n`));
    expect(servers).toEqual([
      { urls: 'stun:stun.example.org' },
      { urls: 'turns:turn.example.org:5349?transport=tcp', username: 'ada', credential: 'se cret' },
    ]);
    expect(formatIceLines(servers)).toBe(LINES);
  });

  test.each([
    ['https://example.org', 'is not an address'],
    ['turn:example.org', 'needs a user name'],
    ['turn:example.org ada', 'needs a user name'],
    [`turn:example.org ada ${'x'.repeat(257)}`, 'may have 256'],
    ['stun:a\nstun:b\nstun:c\nstun:d\nstun:e', 'at most 4'],
    ['stun:exa"mple', 'is not an address'],
  ])('%s are refused by what is wrong with them', (lines, why) => {
    expect(errorOf(parseIceLines(lines)).message).toContain(why);
  });

  test('travel in a link, which is the same fabric with them and without', () => {
    const servers = valueOf(parseIceLines(LINES));
    const link = withIceServers(LINK, servers);
    const { iceServers, ...invitation } = valueOf(parseFabricUrl(link));
    expect(iceServers).toEqual(servers);
    expect(invitation).toEqual(valueOf(parseFabricUrl(LINK)));
  });

  test.each([
    ['that are no text at all', 'i=%%%'],
    ['that are none', `i=${formatIceParameter([])}`],
    ['of another scheme', `i=${formatIceParameter([{ urls: 'javascript:alert(1)' }])}`],
    ['without number', `i=${'A'.repeat(5_000)}`],
  ])('%s make a link invalid', (_, parameter) => {
    expect(errorOf(parseFabricUrl(`${LINK}&${parameter}`)).code).toBe('fabric_url_invalid');
  });
});

describe('a connection', () => {
  const statsOf = (near: string, far: string) => ({
    sctp: null,
    getStats: () =>
      Promise.resolve(
        new Map(
          [
            { id: 'T', type: 'transport', selectedCandidatePairId: 'P' },
            { id: 'P', type: 'candidate-pair', localCandidateId: 'L', remoteCandidateId: 'R' },
            { id: 'L', type: 'local-candidate', candidateType: near },
            { id: 'R', type: 'remote-candidate', candidateType: far },
          ].map((report) => [report.id, report]),
        ),
      ),
  });

  test.each([
    ['host', 'srflx', 'direct'],
    ['relay', 'host', 'turn'],
    ['prflx', 'relay', 'turn'],
  ] as const)('from %s to %s is %s', async (near, far, path) => {
    expect(await pathOf(statsOf(near, far))).toBe(path);
  });
});
