import { beforeEach, describe, expect, test } from 'vitest';
import { utf8, type Bytes } from '../../../src/core/index.ts';
import { SEAL_BYTES, type SealingKey, type Secrecy, type SecretHalf } from '../../../src/transport/index.ts';
import { patternBytes, present } from '../../support/index.ts';

const SALT = utf8('a salt');
const LABELS = ['one way', 'the other'];

/** Two ports that are to agree with each other, and how to let their answers come. */
export interface SecrecyPair {
  readonly ports: readonly [Secrecy, Secrecy];
  settle<T>(promise: Promise<T>): Promise<T>;
}

/** What every agreement promises, whoever made either half. */
export function runSecrecyTests(name: string, setup: () => SecrecyPair): void {
  describe(`${name}: two halves`, () => {
    let settle: SecrecyPair['settle'];
    let left: SecretHalf;
    let right: SecretHalf;

    beforeEach(async () => {
      const pair = setup();
      settle = (promise) => pair.settle(promise);
      [left, right] = [await settle(pair.ports[0].begin()), await settle(pair.ports[1].begin())];
    });

    const keysOf = async (half: SecretHalf, theirs: Bytes, salt = SALT): Promise<readonly SealingKey[]> =>
      present(await settle(half.agree(theirs, salt, LABELS)));
    const bothKeys = async () => [await keysOf(left, right.publicKey), await keysOf(right, left.publicKey)] as const;

    test('agree on one key for each label, of which each opens only its own', async () => {
      const [ours, theirs] = await bothKeys();
      expect([left.publicKey.length, ours.length, theirs.length]).toEqual([32, 2, 2]);
      for (const [index, key] of ours.entries()) {
        const sealed = await settle(key.seal(0, utf8('hello')));
        expect(await settle(present(theirs[index]).open(0, sealed))).toEqual(utf8('hello'));
        expect(await settle(present(theirs[1 - index]).open(0, sealed))).toBeUndefined();
      }
    });

    test('seal bytes of any length so that they cannot be read', async () => {
      const [[key], [other]] = await bothKeys();
      for (const size of [0, 1, 100, 61_441]) {
        const plain = patternBytes(size, 3);
        const sealed = await settle(present(key).seal(size, plain));
        expect(sealed.length).toBe(size + SEAL_BYTES);
        expect(await settle(present(other).open(size, sealed))).toEqual(plain);
        if (size > 50) expect(Buffer.from(sealed).includes(Buffer.from(plain.subarray(0, 8)))).toBe(false);
      }
    });

    test('seal the same differently under each counter, also beyond 32 bits', async () => {
      const [[key], [other]] = await bothKeys();
      const seals = new Set<string>();
      for (const counter of [0, 1, 256, 2 ** 32, 2 ** 32 + 1]) {
        const sealed = await settle(present(key).seal(counter, utf8('the same')));
        seals.add(sealed.join());
        expect(await settle(present(other).open(counter, sealed))).toEqual(utf8('the same'));
        expect(await settle(present(other).open(counter + 1, sealed))).toBeUndefined();
      }
      expect(seals.size).toBe(5);
    });

    test('open nothing that was altered, cut or made up', async () => {
      const [[key], [other]] = await bothKeys();
      const sealed = await settle(present(key).seal(5, utf8('as it was')));
      for (let place = 0; place < sealed.length; place++) {
        const damaged = sealed.map((byte, index) => (index === place ? byte ^ 1 : byte));
        expect(await settle(present(other).open(5, damaged))).toBeUndefined();
      }
      const others = [sealed.slice(1), sealed.slice(0, -1), new Uint8Array(0), new Uint8Array(40), patternBytes(30)];
      for (const each of others) expect(await settle(present(other).open(5, each))).toBeUndefined();
    });

    test('have other keys under another salt, and with somebody else', async () => {
      const [[key]] = await bothKeys();
      const sealed = await settle(present(key).seal(0, utf8('for one')));
      const [salted] = await keysOf(right, left.publicKey, utf8('another salt'));
      expect(await settle(present(salted).open(0, sealed))).toBeUndefined();
      const strangers = setup();
      const third = await strangers.settle(strangers.ports[0].begin());
      expect(third.publicKey).not.toEqual(right.publicKey);
    });

    test.each([
      ['nothing', new Uint8Array(0)],
      ['a short key', new Uint8Array(31).fill(9)],
      ['a long key', new Uint8Array(33).fill(9)],
      ['a key with which nothing is secret', new Uint8Array(32)],
    ])('agree on nothing with %s', async (_name, theirs) => {
      expect(await settle(left.agree(theirs, SALT, LABELS))).toBeUndefined();
    });
  });
}
