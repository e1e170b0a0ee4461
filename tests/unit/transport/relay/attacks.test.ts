import { beforeEach, describe, expect, test } from 'vitest';
import { ok, toHex, type CellId } from '../../../../src/core/index.ts';
import { relayGreeting, REQUEST } from '../../../../src/wire/index.ts';
import { idOf, ManualTime, patternBytes, SECRET, testBoard, testSecrecy, valueOf } from '../../../support/index.ts';
import { evilCarrier, relayBoard, type RelayBoard, type Trick } from './world.ts';

const honest: Trick = ({ record }) => [record];

let time: ManualTime;
let left: RelayBoard;
let right: RelayBoard;
let trick: Trick;
let evil: CellId;
let seen: Uint8Array[];

beforeEach(async () => {
  time = new ManualTime();
  [left, right] = [relayBoard(time, 'left'), relayBoard(time, 'right')];
  trick = honest;
  const carrier = await evilCarrier(time, left, right, () => trick);
  [evil, seen] = [carrier.evil.self, carrier.seen];
  right.board.handlers.onRequest(REQUEST.cellPing, () => ok({}));
  right.board.handlers.onRequest(REQUEST.contentGet, () => ok(new Uint8Array([...SECRET, ...patternBytes(90_000)])));
});

async function relayed(): Promise<boolean> {
  valueOf(await time.until(left.relay.dial(right.self, evil)));
  await time.advance(50);
  return left.board.isLinked(right.self) && right.board.isLinked(left.self);
}

const asked = { hash: idOf.content('1'), sizeBytesMax: 100_000 };

/** Lets left ask for something over the link; answers why each end says that its link is over. */
async function talk(): Promise<readonly (string | undefined)[]> {
  for (let round = 0; round < 3; round++) {
    void left.board.call(right.self, REQUEST.contentGet, asked, 1_000);
    void left.board.call(right.self, REQUEST.cellPing, {}, 1_000);
    await time.advance(200);
  }
  return [left, right].map(
    ({ env }) => env.lines.find(({ message }) => message === 'relayed link ended')?.detail['end'] as string | undefined,
  );
}

const flipped = (record: Uint8Array, at: number): Uint8Array =>
  record.map((byte, index) => (index === (at + record.length) % record.length ? byte ^ 1 : byte));
const isAtRight = (from: CellId): boolean => from === left.self;

describe('a carrier that passes everything on', () => {
  test('sees nothing of what is said', async () => {
    expect(await relayed()).toBe(true);
    const got = await time.until(left.board.call(right.self, REQUEST.contentGet, asked));
    expect(toHex(valueOf(got)).startsWith(toHex(SECRET))).toBe(true);
    expect(seen.length).toBeGreaterThan(8);
    const heard = seen.map((record) => Buffer.from(record));
    expect(heard.some((record) => record.includes(Buffer.from(SECRET.subarray(0, 8))))).toBe(false);
    // Nor a hello: not even the nonces of the two are known to it.
    expect(heard.filter((record) => record.includes(Buffer.from('nonce'))).length).toBe(0);
  });

  test('never sees one counter twice on a channel of one way', async () => {
    await relayed();
    await talk();
    const counters = seen.filter(({ length }) => length > 0).map((record) => toHex(record));
    expect(new Set(counters).size).toBe(counters.length);
  });
});

const ATTACKS: readonly (readonly [string, 'control' | 'data', Trick, string])[] = [
  ['flips a bit of a record', 'control', ({ record }) => [flipped(record, -20)], 'forged'],
  ['flips a bit of its seal', 'control', ({ record }) => [flipped(record, -1)], 'forged'],
  ['flips a bit of bulk', 'data', ({ record }) => [flipped(record, 1_000)], 'forged'],
  ['moves the counter on', 'control', ({ record }) => [flipped(record, 6)], 'missing'],
  ['sends a record twice', 'control', ({ record }) => [record, record], 'replayed'],
  ['sends bulk twice', 'data', ({ record }) => [record, record], 'replayed'],
  ['leaves a record out', 'control', () => [], 'missing'],
  ['leaves bulk out', 'data', () => [], 'missing'],
  ['cuts a record short', 'control', ({ record }) => [record.subarray(0, record.length - 1)], 'forged'],
  ['cuts it to almost nothing', 'control', ({ record }) => [record.subarray(0, 12)], 'malformed'],
  ['puts one of its own in', 'control', ({ record }) => [record, patternBytes(60)], 'missing'],
  ['puts bytes behind it', 'control', ({ record }) => [new Uint8Array([...record, 0])], 'forged'],
];

describe('a carrier that', () => {
  test.each(ATTACKS)('%s on %s is found out', async (_name, channel, attack, end) => {
    expect(await relayed()).toBe(true);
    // Bulk goes one way only, from right to left.
    const victim = channel === 'data' ? left : right;
    let hits = 0;
    trick = (passing) => {
      const isHit = passing.channel === channel && isAtRight(passing.from) === (victim === right) && hits++ === 0;
      return isHit ? attack(passing) : [passing.record];
    };
    const ends = await talk();
    expect(hits).toBeGreaterThan(0);
    expect(ends[victim === left ? 0 : 1]).toBe(end);
    expect(victim.heard.at(-1)).toBe(`left ${victim === left ? right.self : left.self} tampered`);
    expect(victim.relay.isTrusted(evil)).toBe(false);
  });

  test('swaps two records is found out', async () => {
    await relayed();
    let kept: Uint8Array | undefined;
    trick = ({ from, channel, record }) => {
      if (!isAtRight(from) || channel !== 'control') return [record];
      if (kept) return [record, kept];
      kept = record;
      return [];
    };
    expect((await talk())[1]).toBe('missing');
  });

  test('sends a record of one way back the other is found out', async () => {
    await relayed();
    const ours: Uint8Array[] = [];
    trick = ({ from, channel, record, index }) => {
      if (channel !== 'control') return [record];
      if (isAtRight(from)) ours[index] = record;
      return isAtRight(from) ? [record] : [ours[index] ?? record];
    };
    expect((await talk())[0]).toBe('forged');
  });

  test('plays records of an earlier link is found out', async () => {
    const before: Uint8Array[] = [];
    trick = ({ from, channel, record }) => {
      if (isAtRight(from) && channel === 'control') before.push(record);
      return [record];
    };
    await relayed();
    left.board.part(right.self, 'us');
    await time.advance(50);
    const old = [...before];
    trick = ({ from, channel, record, index }) => {
      const isOurs = isAtRight(from) && channel === 'control';
      // The greeting of the second link is let through; what follows is what followed the first one.
      return [isOurs && index > 0 ? (old[index] ?? record) : record];
    };
    await relayed();
    const ends = right.env.lines.filter(({ message }) => message === 'relayed link ended').map(({ detail }) => detail);
    expect(ends.map(({ end }) => end)).toContain('forged');
    expect(right.board.isLinked(left.self)).toBe(false);
  });
});

describe('a carrier in the middle of the greeting', () => {
  const greetings = (change: (greeting: NonNullable<ReturnType<typeof read>>) => Uint8Array): Trick => {
    return ({ channel, index, record, from }) => {
      const greeting = channel === 'control' && index === 0 && isAtRight(from) ? read(record) : undefined;
      return [greeting ? change(greeting) : record];
    };
  };
  const read = (record: Uint8Array) => {
    const greeting = relayGreeting.read(record);
    return greeting.ok ? greeting.value : undefined;
  };

  test('cannot put keys of its own under the name of an end', async () => {
    const half = await testSecrecy(left.env.random).begin();
    trick = greetings((greeting) => relayGreeting.write({ ...greeting, agreement: half.publicKey }));
    expect(await relayed()).toBe(false);
    expect((await talk())[1]).toBe('stranger');
  });

  test('cannot take the place of an end under its own name', async () => {
    const other = testBoard(time, 'other');
    trick = greetings((greeting) => relayGreeting.write({ ...greeting, publicKey: other.signer.publicKey }));
    expect(await relayed()).toBe(false);
    expect((await talk())[1]).toBe('stranger');
  });

  test('cannot use the greeting of an earlier link', async () => {
    let first: Uint8Array | undefined;
    trick = ({ from, channel, index, record }) => {
      if (isAtRight(from) && channel === 'control' && index === 0) first = record;
      return [record];
    };
    await relayed();
    left.board.part(right.self, 'us');
    await time.advance(50);
    let isUsed = false;
    trick = ({ from, channel, record }) => {
      if (!isAtRight(from) || channel !== 'control' || isUsed || !relayGreeting.read(record).ok) return [record];
      isUsed = true;
      return [first ?? record];
    };
    expect(await relayed()).toBe(false);
    expect(isUsed).toBe(true);
  });

  test('sends nonsense in its place: the link does not come about', async () => {
    trick = greetings(() => patternBytes(100));
    expect(await relayed()).toBe(false);
    expect((await talk())[1]).toBe('malformed');
  });

  test('keeps it: the link is given up after a while', async () => {
    trick = ({ index }) => (index === 0 ? [] : [new Uint8Array(0)]);
    await relayed();
    await time.advance(6_000);
    expect((await talk())[1]).toBe('unanswered');
    expect(right.relay.isTrusted(evil)).toBe(true);
  });
});
