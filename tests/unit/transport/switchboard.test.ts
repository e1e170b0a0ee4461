import { beforeEach, describe, expect, test } from 'vitest';
import { LINK_LIMITS, ok, WIRE_LIMITS } from '../../../src/core/index.ts';
import { MemoryEndpoint, type LinkListener, type RawLink } from '../../../src/transport/index.ts';
import { encodeFrame, EVENT, FRAME_KIND, HELLO, REQUEST } from '../../../src/wire/index.ts';
import {
  errorOf,
  link,
  ManualTime,
  present,
  testBoard,
  testEnv,
  valueOf,
  type TestBoard,
} from '../../support/index.ts';

let time: ManualTime;
let left: TestBoard;
let right: TestBoard;

beforeEach(() => {
  time = new ManualTime();
  left = testBoard(time, 'left');
  right = testBoard(time, 'right');
});

const silent: LinkListener = { frame: () => undefined, drained: () => undefined, closed: () => undefined };

/** An endpoint without a board: what it is sent is kept, and it says only what a test makes it say. */
function stranger(name: string) {
  const endpoint = new MemoryEndpoint(testEnv(time, name));
  const links: RawLink[] = [];
  const received: Uint8Array[] = [];
  let closed = 0;
  endpoint.listen((raw) => {
    links.push(raw);
    return { ...silent, frame: (_channel, bytes) => received.push(bytes), closed: () => closed++ };
  });
  return { endpoint, links, received, closedCount: () => closed };
}

/** Whether both ends have exactly one session, and it carries calls both ways. */
async function areLinked(): Promise<boolean> {
  if (left.board.peers().join() !== right.self || right.board.peers().join() !== left.self) return false;
  const calls = [left.board.call(right.self, REQUEST.cellPing, {}), right.board.call(left.self, REQUEST.cellPing, {})];
  for (const call of calls) if (!(await time.until(call)).ok) return false;
  return true;
}

const HELD_MS = 1.5;
/** Holds the last frame of the first hello at `endpoint`, so that a link dialled 1 ms later is proven before it there. */
function delayFirstAcceptance(endpoint: MemoryEndpoint): () => number {
  let links = 0;
  const accept = endpoint.acceptor;
  endpoint.listen((raw) => {
    const isFirst = links++ === 0;
    const listener = accept(raw);
    const frame: LinkListener['frame'] = (channel, bytes) => {
      const isAccepted = bytes[4] === HELLO.accepted.code && bytes[5] === 0;
      if (isFirst && isAccepted) time.after(HELD_MS, () => listener.frame(channel, bytes));
      else listener.frame(channel, bytes);
    };
    return { ...listener, frame };
  });
  return () => links;
}

const answerPings = () => {
  for (const { board } of [left, right]) board.handlers.onRequest(REQUEST.cellPing, () => ok({}));
};

describe('two members', () => {
  test('are joined once both are proven, and hear it once', async () => {
    answerPings();
    await link(time, left, right);
    expect(await areLinked()).toBe(true);
    expect([left.heard, right.heard]).toEqual([[`joined ${right.self}`], [`joined ${left.self}`]]);
    expect(left.board.publicKeyOf(right.self)).toEqual(right.signer.publicKey);
  });

  test('can be waited for, but not for ever', async () => {
    const [late, soon] = [left.board.reach(right.self, 100), left.board.reach(right.self, 60_000)];
    await time.advance(100);
    expect(await late).toBe(false);
    await link(time, left, right);
    expect(await soon).toBe(true);
    expect(await left.board.reach(right.self, 0)).toBe(true);
  });

  test('of different fabrics are not joined, and both hear why', async () => {
    const other = testBoard(time, 'other', { fabric: 'theirs' });
    await link(time, left, other);
    expect([left.heard, other.heard]).toEqual([['refused wrong_key dialer'], ['refused wrong_key answerer']]);
    expect([left.board.peers(), other.board.peers()]).toEqual([[], []]);
  });

  test('that dial each other at once keep one link, the same at both ends', async () => {
    answerPings();
    left.endpoint.dial(right.endpoint);
    right.endpoint.dial(left.endpoint);
    await time.advance(50);
    expect(await areLinked()).toBe(true);
    for (const { heard } of [left, right]) expect(heard.filter((each) => each.startsWith('joined')).length).toBe(1);
    await time.advance(LINK_LIMITS.silenceMsMax);
    expect(left.heard.filter((each) => each.startsWith('left'))).toEqual([]);
  });

  test.each([0, 1, 2, 3, 4, 5, 8])('that dial each other %i ms apart are joined in the end', async (apartMs) => {
    answerPings();
    left.endpoint.dial(right.endpoint);
    await time.advance(apartMs);
    right.endpoint.dial(left.endpoint);
    await time.advance(50);
    expect(await areLinked()).toBe(true);
  });

  test('linked twice by the same end keep one link', async () => {
    answerPings();
    await link(time, left, right);
    await link(time, left, right);
    expect(await areLinked()).toBe(true);
    expect(left.heard).toEqual([`joined ${right.self}`]);
  });

  test('linked twice by the same end keep the later one, in whatever order their hellos end at either', async () => {
    answerPings();
    const seen = delayFirstAcceptance(right.endpoint);
    left.endpoint.dial(right.endpoint);
    await time.advance(1);
    left.endpoint.dial(right.endpoint);
    await time.advance(50);
    expect(seen()).toBe(2);
    expect(await areLinked()).toBe(true);
    await time.advance(50);
    expect(await areLinked()).toBe(true);
  });
});

describe('a member leaves', () => {
  test('with a goodbye: the other knows at once', async () => {
    await link(time, left, right);
    right.board.close();
    await time.advance(5);
    expect(left.heard.at(-1)).toBe(`left ${right.self} bye`);
    expect(left.board.isLinked(right.self)).toBe(false);
    expect(left.board.publicKeyOf(right.self)).toBeUndefined();
  });

  test('without a word: it counts as gone after the bound on silence, not before', async () => {
    await link(time, left, right);
    time.sleep(LINK_LIMITS.silenceMsMax - 10);
    left.board.tick();
    expect(left.board.isLinked(right.self)).toBe(true);
    time.sleep(50);
    left.board.tick();
    expect(left.heard.at(-1)).toBe(`left ${right.self} silent`);
  });

  test('by a closed link', async () => {
    const cut = await link(time, left, right);
    cut();
    await time.advance(5);
    expect(right.heard.at(-1)).toBe(`left ${left.self} closed`);
  });

  test('and what waited for it is told', async () => {
    await link(time, left, right);
    right.board.handlers.onRequest(REQUEST.cellPing, () => new Promise(() => undefined));
    const call = left.board.call(right.self, REQUEST.cellPing, {});
    await time.advance(5);
    right.board.close();
    expect(errorOf(await time.until(call, 100)).code).toBe('disconnected');
  });

  test('a reloaded tab replaces its former self', async () => {
    await link(time, left, right);
    const reloaded = testBoard(time, 'right', { session: 2 });
    await link(time, reloaded, left);
    expect(left.heard).toEqual([`joined ${right.self}`, `left ${right.self} replaced`, `joined ${right.self}`]);
    expect(left.board.peers()).toEqual([right.self]);
    await time.advance(5);
    expect(right.board.peers()).toEqual([]);
    expect(reloaded.board.peers()).toEqual([left.self]);
  });
});

describe('calls and events', () => {
  test('to oneself take the same handlers, without the wire', async () => {
    const freed: string[] = [];
    left.board.handlers.onRequest(REQUEST.leaseFree, (from, { leaseIds }) => {
      freed.push(from);
      return ok({ freed: leaseIds.length });
    });
    expect(valueOf(await left.board.call(left.self, REQUEST.leaseFree, { leaseIds: [] }))).toEqual({ freed: 0 });
    expect(freed).toEqual([left.self]);
    expect(errorOf(await left.board.call(left.self, REQUEST.cellPing, {})).code).toBe('invalid_argument');
  });

  test('to a cell that is not linked are refused at once', async () => {
    expect(errorOf(await left.board.call(right.self, REQUEST.cellPing, {})).code).toBe('disconnected');
  });

  test('that nobody handles are refused, and counted against their sender', async () => {
    await link(time, left, right);
    expect(errorOf(await time.until(left.board.call(right.self, REQUEST.cellPing, {}))).code).toBe(
      'protocol_violation',
    );
    expect(right.env.lines.filter(({ message }) => message === 'message dropped').length).toBe(1);
  });

  test('reach everyone when broadcast', async () => {
    const third = testBoard(time, 'third');
    await link(time, left, right);
    await link(time, left, third);
    const got: string[] = [];
    for (const { board, self } of [right, third]) board.handlers.onEvent(EVENT.cellBeat, () => got.push(self));
    left.board.broadcast(EVENT.cellBeat, { digest: 0 });
    await time.advance(5);
    expect(got).toEqual([right.self, third.self]);
  });
});

describe('hostile peers', () => {
  test('one that is pending receives hello messages and nothing else', async () => {
    await link(time, left, right);
    const pending = stranger('pending');
    pending.endpoint.dial(left.endpoint);
    await time.advance(1);
    const [raw] = pending.links;
    const nonces = {
      nonce: new Uint8Array(32).fill(1),
      publicKey: new Uint8Array(32).fill(2),
      session: new Uint8Array(8),
    };
    const payload = HELLO.hello.write(nonces);
    raw?.send('control', encodeFrame({ kind: FRAME_KIND.event, type: HELLO.hello.code, id: 0, payload }));
    await time.advance(5);
    left.board.broadcast(EVENT.cellBeat, { digest: 0 });
    left.board.notify(right.self, EVENT.cellBeat, { digest: 0 });
    await time.advance(LINK_LIMITS.helloDeadlineMs);
    const hellos = new Set<number>(Object.values(HELLO).map(({ code }) => code));
    expect(pending.received.length).toBeGreaterThan(0);
    for (const bytes of pending.received) {
      expect(hellos.has(new DataView(bytes.buffer, bytes.byteOffset).getUint16(4, true))).toBe(true);
    }
    expect(pending.closedCount()).toBe(1);
  });

  test('at most so many may be pending, and there is room again after the hello deadline', async () => {
    const strangers = Array.from({ length: LINK_LIMITS.pendingMax + 3 }, (_, index) => stranger(`s${index}`));
    for (const { endpoint } of strangers) endpoint.dial(left.endpoint);
    await time.advance(5);
    expect(strangers.filter(({ closedCount }) => closedCount() === 1).length).toBe(3);
    await time.advance(LINK_LIMITS.helloDeadlineMs);
    expect(strangers.every(({ closedCount }) => closedCount() === 1)).toBe(true);
    await link(time, right, left);
    expect(left.board.isLinked(right.self)).toBe(true);
  });

  test('a member that sends malformed frames is heard out up to the bound, then cut off', async () => {
    await link(time, left, right);
    // A well-formed frame of an unknown type: what a member of another version might send.
    const bad = { ...EVENT.bye, name: 'unknown', code: 0x7777 };
    for (let sent = 1; sent < WIRE_LIMITS.malformedMax; sent++) right.board.notify(left.self, bad, {});
    await time.advance(5);
    expect(left.board.isLinked(right.self)).toBe(true);
    right.board.notify(left.self, bad, {});
    await time.advance(5);
    expect(left.heard.at(-1)).toBe(`left ${right.self} misbehaved`);
  });

  test('no more members than there may be links', async () => {
    const many = Array.from({ length: LINK_LIMITS.linksMax + 1 }, (_, index) => testBoard(time, `m${index}`));
    for (const member of many) await link(time, member, left);
    expect(left.board.peers().length).toBe(LINK_LIMITS.linksMax);
    expect(present(many.at(-1)).board.peers()).toEqual([]);
  });

  test('a closed board takes no more links', async () => {
    left.board.close();
    await link(time, right, left);
    expect(left.board.peers()).toEqual([]);
    expect(right.board.peers()).toEqual([]);
  });
});
