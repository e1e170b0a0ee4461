import { beforeEach, describe, expect, test } from 'vitest';
import { LINK_LIMITS } from '../../../src/core/index.ts';
import { cellIdOf } from '../../../src/transport/index.ts';
import { encodeFrame, EVENT, FRAME_KIND, HELLO } from '../../../src/wire/index.ts';
import { errorOf, ManualTime, present, testSigner, valueOf } from '../../support/index.ts';
import { helloEnd, helloPair, nameOf, outcomeOf, type EndOptions, type HelloEnd, type Meddler } from './hello-bench.ts';

let time: ManualTime;

beforeEach(() => {
  time = new ManualTime();
});

async function outcomes(left: EndOptions = {}, right: EndOptions = {}, meddle?: Meddler): Promise<string[]> {
  const pair = helloPair(time, left, right, meddle);
  const [ofLeft, ofRight] = [await time.until(pair.left.hello.settled), await time.until(pair.right.hello.settled)];
  return [outcomeOf(ofLeft), outcomeOf(ofRight)];
}

const LEFT = cellIdOf(testSigner('left').publicKey);
const RIGHT = cellIdOf(testSigner('right').publicKey);
const isMember = (outcome: string): boolean => outcome === LEFT || outcome === RIGHT;

describe('two members', () => {
  test('prove themselves to each other', async () => {
    const { left, right } = helloPair(time);
    expect(valueOf(await time.until(left.hello.settled))).toMatchObject({
      cell: RIGHT,
      publicKey: testSigner('right').publicKey,
      session: new Uint8Array(8).fill(7),
    });
    expect(valueOf(await time.until(right.hello.settled)).cell).toBe(LEFT);
    const [near, far] = await Promise.all([left.hello.settled, right.hello.settled]);
    expect(valueOf(near).order).toEqual(valueOf(far).order);
    for (const { sent } of [left, right]) expect(sent).toEqual(['hello', 'hello.proof', 'hello.accepted']);
    expect(time.waiting).toBe(0);
  });

  test('need not speak at the same time', async () => {
    const frames: Uint8Array[] = [];
    const left = helloEnd(time, 'left', {}, (frame) => frames.push(frame));
    await time.advance(1_000);
    const right = helloEnd(time, 'right', {}, (frame) => void left.hello.receive(frame));
    while (frames.length > 0) {
      await right.hello.receive(present(frames.shift()));
      await time.advance(1);
    }
    expect([outcomeOf(await left.hello.settled), outcomeOf(await right.hello.settled)]).toEqual([RIGHT, LEFT]);
  });
});

describe('no stranger gets in', () => {
  test('one with another key: both ends say wrong_key', async () => {
    expect(await outcomes({}, { fabric: 'another' })).toEqual(['wrong_key', 'wrong_key']);
  });

  test('one between the two: the certificates they see differ', async () => {
    const [ofLeft, ofRight] = await outcomes({ fingerprints: [1, 9] }, { fingerprints: [2, 9] });
    expect([ofLeft, ofRight].some((outcome) => isMember(present(outcome)))).toBe(false);
  });

  test('one that sends back what it hears', async () => {
    const end: HelloEnd = helloEnd(time, 'left', {}, (frame) => time.after(1, () => void end.hello.receive(frame)));
    expect(outcomeOf(await time.until(end.hello.settled))).toBe('protocol_violation');
    expect(end.sent).not.toContain('hello.accepted');
  });

  test('one with a member’s public key but not its secret', async () => {
    const impostor: Meddler = (frame, from) => {
      if (from === 'left' || nameOf(frame) !== 'hello') return [frame];
      // Says it is somebody else; its proof is still made with its own key.
      const { publicKey } = testSigner('somebody else');
      const payload = HELLO.hello.write({ nonce: new Uint8Array(32).fill(4), publicKey, session: new Uint8Array(8) });
      return [encodeFrame({ kind: FRAME_KIND.event, type: HELLO.hello.code, id: 0, payload })];
    };
    const [ofLeft] = await outcomes({}, {}, impostor);
    expect(isMember(present(ofLeft))).toBe(false);
    expect(['wrong_key', 'protocol_violation']).toContain(ofLeft);
  });

  test('one that holds the key of the fabric but signs with another identity', async () => {
    const swapped: Meddler = (frame, from) => {
      if (from === 'left' || nameOf(frame) !== 'hello.proof') return [frame];
      // The signature is the last field of the proof.
      return [frame.map((byte, place) => (place === frame.length - 1 ? byte ^ 1 : byte))];
    };
    const [ofLeft] = await outcomes({}, {}, swapped);
    expect(ofLeft).toBe('protocol_violation');
  });

  test('one that plays an earlier hello again', async () => {
    const first = helloPair(time);
    expect(isMember(outcomeOf(await time.until(first.left.hello.settled)))).toBe(true);
    const again = helloEnd(time, 'right', {}, () => undefined);
    // A fresh nonce for this link: the same end never draws the same one twice.
    const fresh = helloEnd(time, 'right', { identity: 'right later' }, () => undefined);
    for (const end of [again, fresh]) {
      for (const frame of first.left.sentFrames) await end.hello.receive(frame);
      await time.advance(1);
    }
    expect(outcomeOf(await time.until(fresh.hello.settled))).toBe('wrong_key');
    expect(fresh.sent).not.toContain('hello.accepted');
  });
});

describe('anything else than a hello', () => {
  const frameOf = (type: number, payload: Uint8Array, kind: 0 | 1 | 2 | 3 = 0) =>
    encodeFrame({ kind, type, id: 1, payload });

  test.each<readonly [string, Uint8Array]>([
    ['noise', new Uint8Array([1, 2, 3])],
    ['an event of a member', frameOf(EVENT.bye.code, EVENT.bye.write({}))],
    ['a request', frameOf(HELLO.hello.code, new Uint8Array(0), 1)],
    ['a hello that cannot be read', frameOf(HELLO.hello.code, new Uint8Array([0xa0]))],
    [
      'a proof before the hello',
      frameOf(HELLO.proof.code, HELLO.proof.write({ mac: new Uint8Array(32), signature: new Uint8Array(64) })),
    ],
  ])('%s ends it', async (_name, frame) => {
    const end = helloEnd(time, 'left', {}, () => undefined);
    await end.hello.receive(frame);
    expect(errorOf(await end.hello.settled).code).toBe('protocol_violation');
    expect(end.sent).toEqual(['hello', 'hello.refused']);
  });

  test.each(['hello', 'hello.proof'])('a second %s ends it', async (name) => {
    const twice: Meddler = (frame, from) => (from === 'right' && nameOf(frame) === name ? [frame, frame] : [frame]);
    const muted: Meddler = (frame, from) => (nameOf(frame) === 'hello.accepted' ? [] : twice(frame, from));
    const [ofLeft] = await outcomes({}, {}, muted);
    expect(ofLeft).toBe('protocol_violation');
  });

  test('an acceptance without proof proves nothing', async () => {
    const end = helloEnd(time, 'left', {}, () => undefined);
    await end.hello.receive(frameOf(HELLO.accepted.code, HELLO.accepted.write({})));
    expect(outcomeOf(await time.until(end.hello.settled))).toBe('disconnected');
  });

  test('after the end nothing is read or sent', async () => {
    const end = helloEnd(time, 'left', {}, () => undefined);
    end.hello.closed();
    await end.hello.receive(frameOf(HELLO.hello.code, new Uint8Array(0)));
    expect(errorOf(await end.hello.settled).code).toBe('disconnected');
    expect(end.sent).toEqual(['hello']);
    expect(time.waiting).toBe(0);
  });
});

describe('a hello always ends', () => {
  test('at its deadline, when the other end is silent', async () => {
    const end = helloEnd(time, 'left', {}, () => undefined);
    await time.advance(LINK_LIMITS.helloDeadlineMs - 1);
    let isSettled = false;
    void end.hello.settled.then(() => (isSettled = true));
    await time.advance(0);
    expect(isSettled).toBe(false);
    await time.advance(1);
    expect(errorOf(await end.hello.settled).code).toBe('disconnected');
  });

  test.each(['hello', 'hello.proof', 'hello.accepted'])('whichever %s is lost on the way', async (lost) => {
    const [ofLeft] = await outcomes({}, {}, (frame, from) =>
      from === 'right' && nameOf(frame) === lost ? [] : [frame],
    );
    expect(isMember(present(ofLeft))).toBe(false);
  });

  test('when the link closes', async () => {
    const { left } = helloPair(time);
    left.hello.closed();
    expect(errorOf(await left.hello.settled).code).toBe('disconnected');
  });
});
