import { webSecrecy } from '../../../src/browser/worker/links/web-secrecy.ts';
import { Prng } from '../../../src/sim/prng.ts';
import { SimSecrets } from '../../../src/sim/ports/index.ts';
import { EventQueue, Later } from '../../../src/sim/time/index.ts';
import { seededRandom, testSecrecy } from '../../support/index.ts';
import { runSecrecyTests, type SecrecyPair } from './contract.ts';

const now = <T>(promise: Promise<T>): Promise<T> => promise;
let drawn = 0;
const twin = () => testSecrecy(seededRandom(`secrecy ${drawn++}`));

runSecrecyTests('WebCrypto', () => ({ ports: [webSecrecy, webSecrecy], settle: now }));
runSecrecyTests('the twin of tests', () => ({ ports: [twin(), twin()], settle: now }));
runSecrecyTests('WebCrypto and the twin', () => ({ ports: [webSecrecy, twin()], settle: now }));

/** Answers come in simulated time. */
function simulated(): SecrecyPair {
  const queue = new EventQueue();
  const prng = new Prng(`secrecy ${drawn++}`);
  const secrets = new SimSecrets<string>(() => undefined);
  const place = { name: '', state: 'running', hold: () => undefined } as const;
  const port = (name: string) =>
    secrets.door(name, new Later(queue, place, prng.split(`later ${name}`)), prng.split(name));
  return {
    ports: [port('left'), port('right')],
    async settle(promise) {
      const state = { isSettled: false };
      const all = promise.finally(() => {
        state.isSettled = true;
      });
      while (!state.isSettled) {
        queue.take()?.action();
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      return all;
    },
  };
}

runSecrecyTests('the simulator', simulated);
