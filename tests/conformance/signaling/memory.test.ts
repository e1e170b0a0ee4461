import { describe, expect, test } from 'vitest';
import type { FabricFailure, Result } from '../../../src/core/index.ts';
import { SimSignalingHub } from '../../../src/sim/ports/index.ts';
import { SimNetwork } from '../../../src/sim/network/index.ts';
import { Prng } from '../../../src/sim/prng.ts';
import { EventQueue, Later, settle, type Place } from '../../../src/sim/time/index.ts';
import { SIGNALING_PROMISES, type SignalingCell, type SignalingWorld } from './contract.ts';

/** The simulator's signaling in simulated time: whoever waits for an answer moves the time on. */
function simulatedWorld(): SignalingWorld {
  const queue = new EventQueue();
  const prng = new Prng('signaling conformance');
  const hub = new SimSignalingHub();
  const network = new SimNetwork({ queue, prng, watch: () => '', injected: () => undefined });
  const worldPlace: Place = { name: 'world', state: 'running', hold: () => undefined };
  const worldLater = new Later(queue, worldPlace, prng.split('world'));
  let made = 0;
  let isRunning = false;
  /** One loop takes events in order, whoever waits. */
  const run = async (isDone: () => boolean): Promise<void> => {
    await settle();
    while (!isDone()) {
      if (!isRunning) {
        isRunning = true;
        queue.take()?.action();
        await settle();
        isRunning = false;
      }
      await settle();
    }
  };
  const answered = async <T>(answer: Promise<T>): Promise<T> => {
    let isDone = false;
    void answer.then(() => (isDone = true));
    await run(() => isDone);
    return answer;
  };
  const word = <T>(result: Result<T, FabricFailure>): 'ok' | FabricFailure['code'] =>
    result.ok ? 'ok' : result.error.code;
  return {
    cell: () => {
      const name = `cell${made++}`;
      const place = { name, state: 'running' as 'running' | 'gone', hold: () => undefined };
      const endpoint = network.endpoint(place);
      let links = 0;
      endpoint.listen(() => {
        links++;
        return { frame: () => undefined, drained: () => undefined, closed: () => undefined };
      });
      const door = hub.door(name, endpoint, new Later(queue, place, prng.split(name)));
      const gone = (): Promise<void> => {
        place.state = 'gone';
        hub.forget(endpoint, worldLater);
        return Promise.resolve();
      };
      const cell: SignalingCell = {
        name,
        open: async () => word(await answered(door.open())),
        claim: async (rendezvousId) => {
          const claimed = await answered(door.claim(rendezvousId));
          return claimed.ok ? claimed.value : claimed.error.code;
        },
        release: (rendezvousId) => Promise.resolve(door.release(rendezvousId)),
        dial: async (other) => word(await answered(door.dial(other))),
        dialAll: async (names) => (await answered(Promise.all(names.map((other) => door.dial(other))))).map(word),
        links: () => Promise.resolve(links),
        leave: gone,
        vanish: gone,
      };
      return Promise.resolve(cell);
    },
    freshName: () => `name${made++}`,
    wait: async () => {
      const untilMs = queue.nowMs + 50;
      queue.after(50, 'act', undefined, 'a little later', () => undefined);
      await run(() => queue.nowMs >= untilMs);
    },
  };
}

describe('the signaling of the simulator', () => {
  test.each(SIGNALING_PROMISES)('$text', async ({ keep }) => {
    for (const [found, promised] of await keep(simulatedWorld())) expect(found).toEqual(promised);
  });
});
