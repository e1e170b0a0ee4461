/** What the page needs for the admission rows: bundled and loaded there. */
import { contentHash } from '../../../src/core/index.ts';
import { admit } from '../../../src/tasklet/admission.ts';
import { meterModule } from '../../../src/tasklet/meter/index.ts';

export interface AdmissionOrder {
  readonly wasm: string;
  readonly repeats: number;
}

export interface AdmissionTimes {
  readonly admitMs: readonly number[];
  /** Of that, the digest and the meter. */
  readonly digestMs: readonly number[];
  readonly meterMs: readonly number[];
  readonly compileMs: readonly number[];
  readonly meteredBytes: number;
  readonly denial: string;
}

const MEMORY_BYTES_MAX = 512 * 1024 * 1024;

/** Admits and compiles the same module in turns. Each turn changes a byte, so that no cache of the engine helps. */
export async function timeAdmission({ wasm, repeats }: AdmissionOrder): Promise<AdmissionTimes> {
  const original = Uint8Array.from(atob(wasm), (character) => character.charCodeAt(0));
  const times: Record<Timed, number[]> = { admitMs: [], digestMs: [], meterMs: [], compileMs: [] };
  let meteredBytes = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const bytes = withMark(original, repeat);
    const expectedHash = timed(times.digestMs, () => contentHash(bytes));
    timed(times.meterMs, () => meterModule(bytes));
    const start = performance.now();
    await WebAssembly.compile(bytes);
    times.compileMs.push(performance.now() - start);
    const admitted = timed(times.admitMs, () => admit(bytes, { expectedHash, memoryBytesMax: MEMORY_BYTES_MAX }));
    if (!admitted.ok) return { ...times, meteredBytes, denial: JSON.stringify(admitted.error) };
    meteredBytes = admitted.value.metered.length;
  }
  return { ...times, meteredBytes, denial: '' };
}

type Timed = 'admitMs' | 'digestMs' | 'meterMs' | 'compileMs';

function timed<T>(times: number[], action: () => T): T {
  const start = performance.now();
  const result = action();
  times.push(performance.now() - start);
  return result;
}

/** The module with a custom section of one changing byte at its end. */
function withMark(bytes: Uint8Array<ArrayBuffer>, mark: number): Uint8Array<ArrayBuffer> {
  const marked = new Uint8Array(bytes.length + 5);
  marked.set(bytes);
  marked.set([0, 3, 1, 0x6d, mark & 0x7f], bytes.length);
  return marked;
}
