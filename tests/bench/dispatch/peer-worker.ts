/** The far side of every peer: the same export, called in a worker, with no fuel, lease or token around it. */
import * as comlink from 'comlink';
import { expose } from 'threads/worker';
import workerpool from 'workerpool';

let called: Promise<() => unknown> | undefined;

async function run(module: Uint8Array<ArrayBuffer>): Promise<number> {
  called ??= WebAssembly.instantiate(module).then(({ instance }) => {
    const { _grafos_tasklet_run: noop } = instance.exports;
    if (typeof noop !== 'function') throw new Error('the module lacks its export');
    return (): unknown => Reflect.apply(noop, undefined, [0, 0]);
  });
  return Number((await called)());
}

const peer = self.name;
if (peer === 'comlink') comlink.expose({ run });
if (peer === 'threads') expose({ run });
if (peer === 'workerpool') workerpool.worker({ run });
