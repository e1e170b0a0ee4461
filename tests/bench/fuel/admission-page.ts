/** What the page needs for the admission rows: bundled and loaded there. */
import { contentHash } from '../../../src/core/index.ts';
import { admit } from '../../../src/tasklet/admission.ts';

export interface AdmissionOrder {
  readonly wasm: string;
  readonly repeats: number;
}

export interface AdmissionTimes {
  readonly admitMs: readonly number[];
  readonly compileMs: readonly number[];
  readonly meteredBytes: number;
  readonly denial: string;
}

const MEMORY_BYTES_MAX = 512 * 1024 * 1024;

/** Admits and compiles the same module in turns. Each turn changes a byte, so that no cache of the engine helps. */
export async function timeAdmission({ wasm, repeats }: AdmissionOrder): Promise<AdmissionTimes> {
  const original = Uint8Array.from(atob(wasm), (character) => character.charCodeAt(0));
  const admitMs: number[] = [];
  const compileMs: number[] = [];
  let meteredBytes = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const bytes = withMark(original, repeat);
    const expectedHash = contentHash(bytes);
    const compileStart = performance.now();
    await WebAssembly.compile(bytes);
    compileMs.push(performance.now() - compileStart);
    const admitStart = performance.now();
    const admitted = admit(bytes, { expectedHash, memoryBytesMax: MEMORY_BYTES_MAX });
    admitMs.push(performance.now() - admitStart);
    if (!admitted.ok) return { admitMs, compileMs, meteredBytes, denial: JSON.stringify(admitted.error) };
    meteredBytes = admitted.value.bytes.length;
  }
  return { admitMs, compileMs, meteredBytes, denial: '' };
}

/** The module with a custom section of one changing byte at its end. */
function withMark(bytes: Uint8Array<ArrayBuffer>, mark: number): Uint8Array<ArrayBuffer> {
  const marked = new Uint8Array(bytes.length + 5);
  marked.set(bytes);
  marked.set([0, 3, 1, 0x6d, mark & 0x7f], bytes.length);
  return marked;
}
