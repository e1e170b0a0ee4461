/** The inside of the worker for the admission rows: a classic script that answers one order. */
import { isContentHash, toHex, type ContentHash } from '../../../src/core/index.ts';
import { admit } from '../../../src/tasklet/admission.ts';
import { meterModule } from '../../../src/tasklet/meter/index.ts';

export interface AdmissionOrder {
  readonly wasm: string;
  /** Turns before those that are reported, in which the engine gets to know the code. */
  readonly warmUps: number;
  readonly repeats: number;
}

export interface AdmissionTimes {
  /** The first admission of all, by code that has never run. */
  readonly firstMs: number;
  /** The digest and all the rest, as the compiler worker does it. */
  readonly admitMs: readonly number[];
  /** Of that, the digest; and the meter, validation included. */
  readonly digestMs: readonly number[];
  readonly meterMs: readonly number[];
  readonly compileMs: readonly number[];
  readonly meteredBytes: number;
  readonly denial: string;
}

const MEMORY_BYTES_MAX = 512 * 1024 * 1024;

globalThis.onmessage = (event: MessageEvent<AdmissionOrder>) => {
  void timeAdmission(event.data).then((times) => globalThis.postMessage(times));
};

/** Admits and compiles the same module in turns. Each turn changes a byte, so that no cache of the engine helps. */
async function timeAdmission({ wasm, warmUps, repeats }: AdmissionOrder): Promise<AdmissionTimes> {
  const original = Uint8Array.from(atob(wasm), (character) => character.charCodeAt(0));
  const times: Record<Timed, number[]> = { admitMs: [], digestMs: [], meterMs: [], compileMs: [] };
  let meteredBytes = 0;
  let denial = '';
  for (let turn = 0; turn < warmUps + repeats; turn++) {
    const bytes = withMark(original, turn);
    const expectedHash = await digestOf(bytes);
    await timed(times.admitMs, async () => {
      const actualHash = await digestOf(bytes);
      const admitted = admit(bytes, { expectedHash, actualHash, memoryBytesMax: MEMORY_BYTES_MAX });
      if (admitted.ok) meteredBytes = admitted.value.metered.length;
      else denial = JSON.stringify(admitted.error);
    });
    await timed(times.compileMs, () => WebAssembly.compile(bytes));
    await timed(times.digestMs, () => digestOf(bytes));
    await timed(times.meterMs, () => Promise.resolve(meterModule(bytes)));
  }
  const firstMs = times.admitMs[0] ?? NaN;
  for (const samples of Object.values(times)) samples.splice(0, warmUps);
  return { ...times, firstMs, meteredBytes, denial };
}

type Timed = 'admitMs' | 'digestMs' | 'meterMs' | 'compileMs';

async function timed(times: number[], action: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  await action();
  times.push(performance.now() - start);
}

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<ContentHash> {
  const hash = toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
  if (!isContentHash(hash)) throw new Error(`${hash} is no SHA-256`);
  return hash;
}

/** The module with a custom section of one changing byte at its end. */
function withMark(bytes: Uint8Array<ArrayBuffer>, mark: number): Uint8Array<ArrayBuffer> {
  const marked = new Uint8Array(bytes.length + 5);
  marked.set(bytes);
  marked.set([0, 3, 1, 0x6d, mark & 0x7f], bytes.length);
  return marked;
}
