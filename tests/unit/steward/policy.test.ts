import { beforeEach, describe, expect, test } from 'vitest';
import { STEWARD_LIMITS, type CellId } from '../../../src/core/index.ts';
import { decodeTerms, encodeTerms, type SignedPolicy } from '../../../src/steward/index.ts';
import { encodeCbor, STEWARD } from '../../../src/wire/index.ts';
import { errorOf, idOf, link, ManualTime, present, settle, valueOf } from '../../support/index.ts';
import { signedBy, termsOf, testBook, testKey } from './world.ts';

const key = testKey();
let time: ManualTime;

beforeEach(() => {
  time = new ManualTime();
});

describe('terms', () => {
  const full = termsOf({
    version: 7,
    name: 'reading room',
    hasLobby: true,
    quota: { leasesMax: 3, quantityMax: { cpu: 2, mem: 1_048_576 } },
    lenders: { cpu: [idOf.cell('a'), idOf.cell('b')], mem: [] },
    admitted: [idOf.cell('c')],
    evicted: [idOf.cell('d')],
    reasons: { [idOf.cell('d')]: 'lends what it does not have' },
  });

  test('come back as they were', () => {
    expect(valueOf(decodeTerms(encodeTerms(full)))).toEqual(full);
    expect(valueOf(decodeTerms(encodeTerms(termsOf({}))))).toEqual(termsOf({}));
  });

  const ids = (count: number): CellId[] =>
    Array.from({ length: count }, (_, at) => idOf.cell(at.toString(16).padStart(32, '0')));

  test('fit one frame with every list full', () => {
    const most = termsOf({
      admitted: ids(STEWARD_LIMITS.admittedMax),
      evicted: ids(STEWARD_LIMITS.evictedMax),
      lenders: { cpu: ids(STEWARD_LIMITS.lendersMax), mem: ids(STEWARD_LIMITS.lendersMax) },
      reasons: Object.fromEntries(
        ids(STEWARD_LIMITS.reasonsMax).map((id) => [id, 'x'.repeat(STEWARD_LIMITS.reasonBytesMax)]),
      ),
    });
    expect(encodeTerms(most).length).toBeLessThan(STEWARD_LIMITS.policyBytesMax);
    expect(decodeTerms(encodeTerms(most)).ok).toBe(true);
  });

  test.each([
    ['version nought', termsOf({ version: 0 })],
    ['a long name', termsOf({ name: 'x'.repeat(49) })],
    ['a name with a line break', termsOf({ name: 'a\nb' })],
    ['too many let in', termsOf({ admitted: ids(STEWARD_LIMITS.admittedMax + 1) })],
    ['too many sent away', termsOf({ evicted: ids(STEWARD_LIMITS.evictedMax + 1) })],
    ['a cell twice', termsOf({ evicted: [idOf.cell('a'), idOf.cell('a')] })],
    ['a negative quota', termsOf({ quota: { quantityMax: { cpu: -1 } } })],
    [
      'nine kinds',
      termsOf({ lenders: Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((kind) => [kind, []])) }),
    ],
    ['a reason of two lines', termsOf({ reasons: { [idOf.cell('a')]: 'a\nb' } })],
    ['a long reason', termsOf({ reasons: { [idOf.cell('a')]: 'x'.repeat(STEWARD_LIMITS.reasonBytesMax + 1) } })],
    ['a reason for nobody', termsOf({ reasons: { a: 'rude' } })],
    [
      'too many reasons',
      termsOf({ reasons: Object.fromEntries(ids(STEWARD_LIMITS.reasonsMax + 1).map((id) => [id, 'rude'])) }),
    ],
    ['a kind that is no word', termsOf({ lenders: { '../x': [] } })],
  ])('are refused with %s', (_what, terms) => {
    expect(decodeTerms(encodeTerms(terms)).ok).toBe(false);
  });

  test('are refused with a key too many, and when they are something else', () => {
    expect(decodeTerms(encodeCbor({ version: 1, extra: true })).ok).toBe(false);
    expect(decodeTerms(new Uint8Array([0xff])).ok).toBe(false);
  });
});

describe('a policy is', () => {
  test('believed with the steward’s signature, kept, and there again after a reload', async () => {
    const { book, store, seen } = testBook(time, 'ada', key);
    valueOf(await book.take(await signedBy(key, termsOf({ version: 3, name: 'ours' }))));
    expect([book.terms.name, seen]).toEqual(['ours', [3]]);
    const kept = present(await store.get('f1'.repeat(16)));
    const reloaded = testBook(time, 'ada', key, kept);
    await reloaded.book.load();
    expect(reloaded.book.terms.version).toBe(3);
  });

  test('refused when it is older, or the same again', async () => {
    const { book, seen } = testBook(time, 'ada', key);
    const [second, third] = [
      await signedBy(key, termsOf({ version: 2 })),
      await signedBy(key, termsOf({ version: 3 })),
    ];
    valueOf(await book.take(third));
    for (const replayed of [second, third]) expect(errorOf(await book.take(replayed))).toBe('older');
    expect(seen).toEqual([3]);
  });

  test.each<readonly [string, () => Promise<SignedPolicy>, string]>([
    ['another key signed it', () => signedBy(testKey('mallory'), termsOf({})), 'not_the_steward'],
    [
      'another key signed it under the steward’s name',
      async () => ({ ...(await signedBy(testKey('mallory'), termsOf({}))), publicKey: key.publicKey }),
      'forged',
    ],
    ['it is another fabric’s', () => signedBy(key, termsOf({}), idOf.fabric('f2')), 'forged'],
    [
      'it was altered',
      async () => ({ ...(await signedBy(key, termsOf({}))), terms: encodeTerms(termsOf({ hasLobby: true })) }),
      'forged',
    ],
    [
      'it cannot be read',
      async () => ({ ...(await signedBy(key, termsOf({}))), terms: new Uint8Array(9) }),
      'malformed',
    ],
  ])('refused when %s', async (_what, make, fault) => {
    const { book, seen } = testBook(time, 'ada', key);
    expect(errorOf(await book.take(await make()))).toBe(fault);
    expect([book.terms.version, seen]).toEqual([0, []]);
  });

  test('refused in a fabric whose link names no steward', async () => {
    const { book } = testBook(time, 'ada', testKey('somebody else'));
    expect(errorOf(await book.take(await signedBy(key, termsOf({}))))).toBe('not_the_steward');
  });
});

describe('a policy spreads', () => {
  test('over every link once, and to those who come later', async () => {
    const [ada, bob, cyd] = [testBook(time, 'ada', key), testBook(time, 'bob', key), testBook(time, 'cyd', key)];
    await link(time, ada.at, bob.at);
    valueOf(await ada.book.sign(key, (terms) => ({ ...terms, name: 'first' })));
    await time.advance(50);
    await link(time, bob.at, cyd.at);
    await time.advance(50);
    expect([bob.book.terms.name, cyd.book.terms.name]).toEqual(['first', 'first']);
    valueOf(await ada.book.sign(key, (terms) => ({ ...terms, name: 'second' })));
    await time.advance(50);
    expect(ada.seen).toHaveLength(2);
    expect([bob.seen, cyd.seen]).toEqual([ada.seen, ada.seen]);
  });

  test('no further from a neighbour that tells forged ones', async () => {
    const [ada, mallory] = [testBook(time, 'ada', key), testBook(time, 'mallory', key)];
    await link(time, mallory.at, ada.at);
    const forged = await signedBy(testKey('mallory'), termsOf({ version: 9 }));
    for (let count = 0; count < STEWARD_LIMITS.forgeriesMax; count++) {
      mallory.at.board.notify(ada.at.self, STEWARD.policyTold, forged);
    }
    await time.advance(50);
    await settle();
    mallory.at.board.notify(ada.at.self, STEWARD.policyTold, await signedBy(key, termsOf({ version: 2 })));
    await time.advance(50);
    expect(ada.book.terms.version).toBe(0);
    expect(mallory.at.board.isLinked(ada.at.self)).toBe(true);
  });

  test('two tabs of the steward sign two versions', async () => {
    const [ada, bob] = [testBook(time, 'ada', key), testBook(time, 'bob', key)];
    const versions = [await ada.book.sign(key, (terms) => terms), await bob.book.sign(key, (terms) => terms)];
    expect(new Set(versions.map((signed) => valueOf(signed).version)).size).toBe(2);
  });
});
