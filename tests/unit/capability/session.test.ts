import { describe, expect, test } from 'vitest';
import { attenuate, operationSet, type TokenSession } from '../../../src/capability/index.ts';
import { errorOf, valueOf } from '../../support/index.ts';
import { FACTS, LEASE, ORDER, SHOWN, world, type World } from './world.ts';

async function opened(own: World): Promise<TokenSession> {
  const token = await own.authority.mint(ORDER);
  const reading = valueOf(attenuate(token, { kind: 'operations', operations: operationSet(['read', 'query']) }));
  const narrow = valueOf(attenuate(reading, { kind: 'range', from: 64, to: 128 }));
  return valueOf(await own.authority.open(narrow, SHOWN));
}

describe('a session', () => {
  test('lets pass what the grant covers, to the byte', async () => {
    const session = await opened(world());
    expect(session.check('read', 64, 128)).toBeUndefined();
    expect(session.check('read', 100, 100)).toBeUndefined();
    expect(session.check('query')).toBeUndefined();
    expect(session.check('write', 64, 128)).toBe('widened');
    expect(session.check('read', 63, 128)).toBe('widened');
    expect(session.check('read', 64, 129)).toBe('widened');
    expect(session.check('read', 100, 99)).toBe('widened');
  });

  test.each([
    [NaN, 128],
    [64, NaN],
    [-Infinity, Infinity],
    [64, undefined],
    [undefined, 128],
  ])('refuses what is no range: %s to %s', async (from, to) => {
    expect((await opened(world())).check('read', from, to)).toBe('widened');
  });

  test('dies with the generation, the epoch, the lease and the token', async () => {
    const own = world();
    const session = await opened(own);
    const after = (facts: Partial<typeof FACTS>): string | undefined => {
      own.book.set(LEASE, { ...FACTS, ...facts });
      return session.check('read', 64, 65);
    };
    expect(after({ generation: 4 })).toBe('stale_generation');
    expect(after({ epoch: 8 })).toBe('stale_epoch');
    expect(after({ standing: 'revoked' })).toBe('lease_revoked');
    expect(after({ standing: 'fenced' })).toBe('lease_fenced');
    expect(after({ standing: 'freed' })).toBe('lease_freed');
    expect(after({})).toBeUndefined();
    own.time.sleep(60_000);
    expect(after({})).toBe('lease_expired');
    expect(after({ expiresAtMs: 90_000 })).toBe('expired');
    own.book.forget(LEASE);
    expect(session.check('read', 64, 65)).toBe('unknown_lease');
  });

  test('closes once and for all', async () => {
    const session = await opened(world());
    session.close();
    session.close();
    expect(session.check('read', 64, 65)).toBe('session_closed');
  });

  test('is not opened by a token that fails', async () => {
    const own = world();
    const token = await own.authority.mint(ORDER);
    own.book.set(LEASE, { ...FACTS, generation: 4 });
    expect(errorOf(await own.authority.open(token, SHOWN)).map(({ code }) => code)).toEqual(['stale_generation']);
  });
});
