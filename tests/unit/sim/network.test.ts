import { beforeEach, describe, expect, test } from 'vitest';
import { WIRE_LIMITS, type Bytes } from '../../../src/core/index.ts';
import { SimNetwork, type SimEndpoint } from '../../../src/sim/network/index.ts';
import { Prng } from '../../../src/sim/prng.ts';
import { EventQueue, type Place } from '../../../src/sim/time/index.ts';
import type { RawLink } from '../../../src/transport/index.ts';
import { present } from '../../support/index.ts';

const place = (name: string): Place => ({ name, state: 'running', hold: () => undefined });

let queue: EventQueue;
let network: SimNetwork;
let near: SimEndpoint;
let far: SimEndpoint;
let links: RawLink[];
let heard: string[];

beforeEach(() => {
  queue = new EventQueue();
  links = [];
  heard = [];
  const watch = (): string => 'a frame';
  network = new SimNetwork({ queue, prng: new Prng('network'), watch, injected: (kind) => heard.push(kind) });
  near = network.endpoint(place('near'));
  far = network.endpoint(place('far'));
  for (const [name, endpoint] of [
    ['near', near],
    ['far', far],
  ] as const) {
    endpoint.listen((link) => {
      links.push(link);
      return {
        frame: (_channel, frame) => heard.push(`${name} ${frame.join('')}`),
        drained: (channel) => heard.push(`${name} drained ${channel}`),
        closed: () => heard.push(`${name} closed`),
      };
    });
  }
});

const bytes = (...values: number[]): Bytes => new Uint8Array(values);

function pass(durationMs: number): void {
  const untilMs = queue.nowMs + durationMs;
  queue.after(durationMs, 'act', undefined, '', () => undefined);
  for (let atMs = queue.nextAtMs(); atMs !== undefined && atMs <= untilMs; atMs = queue.nextAtMs())
    queue.take()?.action();
}

function dialled(): RawLink {
  expect(near.dial(far)).toBe(true);
  pass(20);
  return present(links.find(({ role }) => role === 'dialer'));
}

describe('a link', () => {
  test('delivers every frame once and in order', () => {
    const link = dialled();
    for (let value = 0; value < 9; value++) link.send('control', bytes(value));
    pass(1_000);
    expect(heard).toEqual(Array.from({ length: 9 }, (_, value) => `far ${value}`));
    expect(link.bufferedBytes('control')).toBe(0);
  });

  test('holds frames back while nothing gets through, and loses none', () => {
    const link = dialled();
    const clear = network.conditions('near', 'far').block();
    link.send('control', bytes(1));
    present(links.find(({ role }) => role === 'answerer')).send('control', bytes(2));
    pass(1_000);
    expect(heard).toEqual(['near 2']);
    expect(near.dial(far)).toBe(false);
    clear();
    pass(1_000);
    expect(heard.filter((text) => !text.includes('drained'))).toEqual(['near 2', 'far 1']);
  });

  test('shows a full buffer under pressure, and says when it drains', () => {
    const link = dialled();
    const relieve = network.conditions('near', 'far').press();
    expect(link.bufferedBytes('data')).toBeGreaterThanOrEqual(WIRE_LIMITS.channelBufferedHighBytes);
    relieve();
    pass(10);
    expect(link.bufferedBytes('data')).toBe(0);
    expect(heard).toContain('near drained data');
  });

  test('closes at both ends, once', () => {
    dialled().close();
    pass(1_000);
    expect(heard).toEqual(['far closed']);
  });

  test('of a tab that vanished closes only when the browser gives up', () => {
    dialled();
    network.vanish(near);
    pass(14_000);
    expect(heard).toEqual([]);
    pass(2_000);
    expect(heard).toEqual(['far closed']);
  });

  test('under a raw attack delivers a frame twice, or late, and counts it', () => {
    const link = dialled();
    network.conditions('near', 'far').duplicates = 1;
    link.send('control', bytes(1));
    pass(1_000);
    network.conditions('near', 'far').reorders = 1;
    link.send('control', bytes(2));
    link.send('control', bytes(3));
    pass(1_000);
    expect(heard.filter((text) => text.startsWith('far'))).toEqual(['far 1', 'far 1', 'far 3', 'far 2']);
    expect(heard).toEqual(expect.arrayContaining(['frameDuplicated', 'frameReordered']));
  });
});
