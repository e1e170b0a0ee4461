import { describe, expect, test } from 'vitest';
import {
  attenuate,
  encodeToken,
  failureOfDenial,
  failureOfDenials,
  MemoryTokenKey,
  operationSet,
  TokenAuthority,
  tokenDenialCodes,
  type Caveat,
  type LeaseStanding,
  type Presentation,
  type Token,
  type TokenDenialCode,
} from '../../../src/capability/index.ts';
import { sha256, TOKEN_LIMITS, utf8 } from '../../../src/core/index.ts';
import { errorOf, idOf, testEnv, valueOf } from '../../support/index.ts';
import { FACTS, HOLDER, LEASE, LESSOR, MODULE, ORDER, SHOWN, STRANGER, world, type World } from './world.ts';

async function codesOf(
  { authority }: World,
  token: Token,
  shown: Presentation = SHOWN,
): Promise<readonly TokenDenialCode[]> {
  return errorOf(await authority.verify(token, shown)).map(({ code }) => code);
}

function narrowed(token: Token, ...caveats: readonly Caveat[]): Token {
  return caveats.reduce((narrower, caveat) => valueOf(attenuate(narrower, caveat)), token);
}

describe('a genuine token', () => {
  test('grants the whole lease to whoever presents it', async () => {
    const { authority } = world();
    const token = await authority.mint(ORDER);
    for (const presenter of [HOLDER, STRANGER]) {
      const grant = valueOf(await authority.verify(token, { presenter }));
      expect(grant).toMatchObject({ tenant: HOLDER, leaseId: LEASE, generation: 3, epoch: 7, from: 0, to: Infinity });
    }
  });

  test('lives 300 s at most and never longer than its lease', async () => {
    const { authority, time } = world();
    const nowMs = time.nowMs();
    const expiryOf = async (leaseExpiresAtMs: number): Promise<number> =>
      (await authority.mint({ ...ORDER, leaseExpiresAtMs })).fields.expiresAtMs - nowMs;
    expect(await expiryOf(nowMs + 5_000.9)).toBe(5_000);
    expect(await expiryOf(nowMs + 900_000)).toBe(TOKEN_LIMITS.ttlMsMax);
  });

  test('is unlike every other, even for the same lease', async () => {
    const { authority } = world();
    const first = await authority.mint(ORDER);
    const second = await authority.mint(ORDER);
    expect(encodeToken(first)).not.toEqual(encodeToken(second));
  });

  test('carries the caveats of its lessor', async () => {
    const { authority } = world();
    const token = await authority.mint({
      ...ORDER,
      caveats: [{ kind: 'operations', operations: operationSet(['read']) }],
    });
    expect(valueOf(await authority.verify(token, SHOWN)).operations).toBe(operationSet(['read']));
  });
});

describe('each way to be refused has its own reason', () => {
  test('forged: under another key', async () => {
    const token = await world({ key: 'a guess' }).authority.mint(ORDER);
    expect(await codesOf(world(), token)).toEqual(['forged']);
  });

  test('forged: a caveat taken out, changed, put in or moved', async () => {
    const own = world();
    const token = narrowed(
      await own.authority.mint(ORDER),
      { kind: 'operations', operations: operationSet(['read']) },
      { kind: 'range', from: 0, to: 64 },
    );
    const [first, second] = token.caveats;
    if (!first || !second) throw new Error('both caveats are there');
    const wide: Caveat = { kind: 'range', from: 0, to: 128 };
    for (const caveats of [[], [first], [second], [first, wide], [second, first], [first, second, wide]]) {
      expect(await codesOf(own, { ...token, caveats })).toEqual(['forged']);
    }
  });

  test('widened: asks for an operation or a range beyond what the caveats leave', async () => {
    const own = world();
    const token = narrowed(
      await own.authority.mint(ORDER),
      { kind: 'operations', operations: operationSet(['read', 'write']) },
      { kind: 'operations', operations: operationSet(['read', 'atomic']) },
      { kind: 'range', from: 10, to: 100 },
      { kind: 'range', from: 0, to: 50 },
    );
    const wants = (operations: readonly ('read' | 'write')[], from: number, to: number): Presentation => ({
      presenter: HOLDER,
      wants: { operations, from, to },
    });
    expect(valueOf(await own.authority.verify(token, wants(['read'], 10, 50)))).toMatchObject({ from: 10, to: 50 });
    expect(await codesOf(own, token, wants(['read', 'write'], 10, 50))).toEqual(['widened']);
    expect(await codesOf(own, token, wants(['read'], 9, 50))).toEqual(['widened']);
    expect(await codesOf(own, token, wants(['write'], 10, 51))).toEqual(['widened', 'widened']);
    expect(await codesOf(own, token, wants(['read'], NaN, 50))).toEqual(['widened']);
  });

  test('replayed after a renewal', async () => {
    const own = world();
    const token = await own.authority.mint(ORDER);
    own.book.set(LEASE, { ...FACTS, generation: 4 });
    expect(await codesOf(own, token)).toEqual(['stale_generation']);
  });

  test('replayed after the resource moved on', async () => {
    const own = world();
    const token = await own.authority.mint(ORDER);
    own.book.set(LEASE, { ...FACTS, epoch: 8 });
    expect(await codesOf(own, token)).toEqual(['stale_epoch']);
  });

  test('for another audience', async () => {
    const own = world();
    const key = new MemoryTokenKey(sha256(utf8('root key of the lessor')));
    const other = new TokenAuthority(STRANGER, key, testEnv(own.time, 'lessor/1'), own.book);
    expect(await codesOf(own, await other.mint(ORDER))).toEqual(['wrong_audience']);
  });

  test('of an earlier start of the lessor', async () => {
    const token = await world({ start: 1 }).authority.mint(ORDER);
    expect(await codesOf(world({ start: 2 }), token)).toEqual(['other_session']);
  });

  test('expired, from the very millisecond on', async () => {
    const own = world();
    const token = await own.authority.mint({ ...ORDER, leaseExpiresAtMs: 2_000 });
    own.time.sleep(999);
    expect((await own.authority.verify(token, SHOWN)).ok).toBe(true);
    own.time.sleep(1);
    expect(await codesOf(own, token)).toEqual(['expired']);
  });

  test('a lease that is over, in each way it can be', async () => {
    const own = world();
    const token = await own.authority.mint(ORDER);
    const ends: Readonly<Record<Exclude<LeaseStanding, 'live'>, TokenDenialCode>> = {
      expired: 'lease_expired',
      revoked: 'lease_revoked',
      freed: 'lease_freed',
      fenced: 'lease_fenced',
    };
    for (const standing of ['expired', 'revoked', 'freed', 'fenced'] as const) {
      own.book.set(LEASE, { ...FACTS, standing });
      expect(await codesOf(own, token)).toEqual([ends[standing]]);
    }
    own.book.set(LEASE, { ...FACTS, expiresAtMs: own.time.nowMs() });
    expect(await codesOf(own, token)).toEqual(['lease_expired']);
    own.book.forget(LEASE);
    expect(await codesOf(own, token)).toEqual(['unknown_lease']);
  });

  test('a lease of another resource', async () => {
    const own = world();
    const token = await own.authority.mint(ORDER);
    own.book.set(LEASE, { ...FACTS, resourceId: 1 });
    expect(await codesOf(own, token)).toEqual(['wrong_resource']);
  });

  test.each<[TokenDenialCode, Caveat, Presentation, Presentation]>([
    ['wrong_holder', { kind: 'holder', holder: HOLDER }, { presenter: HOLDER }, { presenter: STRANGER }],
    [
      'wrong_tenant',
      { kind: 'tenant', tenant: HOLDER },
      { presenter: STRANGER, tenant: HOLDER },
      { presenter: STRANGER },
    ],
    [
      'wrong_module',
      { kind: 'module', module: MODULE },
      { presenter: HOLDER, module: MODULE },
      { presenter: HOLDER, module: idOf.content('3') },
    ],
    ['wrong_module', { kind: 'module', module: MODULE }, { presenter: HOLDER, module: MODULE }, { presenter: HOLDER }],
  ])('%s', async (code, caveat, good, bad) => {
    const own = world();
    const token = narrowed(await own.authority.mint(ORDER), caveat);
    expect((await own.authority.verify(token, good)).ok).toBe(true);
    expect(await codesOf(own, token, bad)).toEqual([code]);
  });

  test('used after the moment a holder set', async () => {
    const own = world();
    const token = narrowed(await own.authority.mint(ORDER), { kind: 'notAfter', atMs: 1_500 });
    expect(valueOf(await own.authority.verify(token, SHOWN)).expiresAtMs).toBe(1_500);
    own.time.sleep(500);
    expect(await codesOf(own, token)).toEqual(['not_after_passed']);
  });

  test('caveats that contradict each other leave nothing', async () => {
    const own = world();
    const token = await own.authority.mint(ORDER);
    const [read, write] = [operationSet(['read']), operationSet(['write'])];
    const operations = narrowed(
      token,
      { kind: 'operations', operations: read },
      { kind: 'operations', operations: write },
    );
    const ranges = narrowed(token, { kind: 'range', from: 0, to: 8 }, { kind: 'range', from: 8, to: 16 });
    expect(await codesOf(own, operations)).toEqual(['nothing_left']);
    expect(await codesOf(own, ranges)).toEqual(['nothing_left']);
  });

  test('passed on too often', async () => {
    const own = world();
    const hops: Caveat = { kind: 'hops', hops: 1 };
    const range: Caveat = { kind: 'range', from: 0, to: 8 };
    // A lessor that sets them itself gets past the refusal of `attenuate`.
    const token = await own.authority.mint({ ...ORDER, caveats: [hops, range, range] });
    expect(await codesOf(own, token)).toEqual(['too_many_hops']);
  });
});

describe('refusals', () => {
  test('name every reason at once', async () => {
    const own = world();
    const token = narrowed(
      await own.authority.mint({ ...ORDER, leaseExpiresAtMs: 2_000 }),
      { kind: 'holder', holder: HOLDER },
      { kind: 'notAfter', atMs: 1_500 },
    );
    own.time.sleep(5_000);
    own.book.set(LEASE, { ...FACTS, kind: 'cpu', generation: 4, epoch: 9, standing: 'revoked' });
    const forged = { ...token, fields: { ...token.fields, audience: STRANGER, session: new Uint8Array(4) } };
    expect(await codesOf(own, forged, { presenter: LESSOR, wants: { operations: [], from: -1 } })).toEqual([
      'forged',
      'wrong_audience',
      'other_session',
      'expired',
      'wrong_resource',
      'lease_revoked',
      'stale_epoch',
      'stale_generation',
      'wrong_holder',
      'not_after_passed',
      'widened',
    ]);
  });

  test('are told to people by the most telling reason, all of them in words', () => {
    const denials = [
      { code: 'stale_generation', message: 'one' },
      { code: 'lease_revoked', message: 'two' },
    ] as const;
    expect(failureOfDenials(denials)).toMatchObject({ code: 'revoked', message: 'one; two' });
    expect(failureOfDenials([...denials, { code: 'forged', message: 'three' }]).code).toBe('lease_denied');
  });

  test('have a failure each', () => {
    for (const code of tokenDenialCodes()) expect(failureOfDenial(code).message).toContain(code);
  });
});
