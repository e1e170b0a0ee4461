import { expect, test } from 'vitest';
import { utf8 } from '../../../src/core/index.ts';
import { SimKeyring } from '../../../src/sim/ports/index.ts';
import { Prng } from '../../../src/sim/prng.ts';
import { EventQueue, Later } from '../../../src/sim/time/index.ts';
import { Trace } from '../../../src/sim/trace.ts';

test('a seed draws the same, and its streams do not touch each other', () => {
  const draws = (prng: Prng): number[] => Array.from({ length: 50 }, () => prng.word());
  expect(draws(new Prng('a'))).toEqual(draws(new Prng('a')));
  expect(draws(new Prng('a'))).not.toEqual(draws(new Prng('b')));
  const prng = new Prng('a');
  const before = draws(prng.split('x'));
  draws(prng);
  expect(draws(prng.split('x'))).toEqual(before);
});

test('draws are spread evenly', () => {
  const prng = new Prng('even');
  const counts = new Array<number>(10).fill(0);
  for (let draw = 0; draw < 20_000; draw++) {
    const bucket = prng.below(10);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  expect(Math.min(...counts)).toBeGreaterThan(1_800);
  expect(Math.max(...counts)).toBeLessThan(2_200);
});

test('a signature is believed for its own key and message only', async () => {
  const queue = new EventQueue();
  const place = { name: 'here', state: 'running', hold: () => undefined } as const;
  const keyring = new SimKeyring();
  const prng = new Prng('keys');
  const later = new Later(queue, place, prng);
  const [one, other] = [keyring.signer(keyring.create(prng), later), keyring.signer(keyring.create(prng), later)];
  const now = <T>(promise: Promise<T>): Promise<T> => {
    while (queue.nextAtMs() !== undefined) queue.take()?.action();
    return promise;
  };
  const signature = await now(one.sign(utf8('yes')));
  expect(signature).toHaveLength(64);
  expect(await now(other.verify(one.publicKey, utf8('yes'), signature))).toBe(true);
  expect(await now(other.verify(one.publicKey, utf8('no'), signature))).toBe(false);
  expect(await now(other.verify(other.publicKey, utf8('yes'), signature))).toBe(false);
  expect(await now(one.verify(new Uint8Array(32), utf8('yes'), signature))).toBe(false);
});

test('a digest tells any two traces apart that differ in one place', () => {
  const digestOf = (text: string, byte = 0): string => {
    const trace = new Trace(false);
    trace.add({ step: 1, atMs: 2, place: 'c00', kind: 'frame', text });
    trace.mix(new Uint8Array([byte]));
    return trace.digest();
  };
  expect(digestOf('hello')).toBe(digestOf('hello'));
  expect(digestOf('hello')).not.toBe(digestOf('hallo'));
  expect(digestOf('hello')).not.toBe(digestOf('hello', 1));
});
