import { readFileSync } from 'node:fs';
import { ByteReader, ByteWriter } from '../../conformance/meter/oracle/bytes.ts';
import { readInstruction } from '../../conformance/meter/oracle/instructions.ts';
import { readLayout, SECTION } from '../../conformance/meter/oracle/layout.ts';
import { buildSource, KERNELS } from '../../kernels/index.ts';

/** Kernels with enough code to be worth repeating. */
const REPEATED = ['nbody', 'quicksort', 'sha256', 'json', 'life', 'fft', 'vm', 'matmul'];

/** Copies that the compiler makes from changed sources, enough that its output is varied. */
const SOURCE_COPIES = 10;

/** What makes it a tasklet. */
const PROFILE_EXPORTS = `
export function _grafos_tasklet_init(length: i32, zero: i32): void {}
export function _grafos_tasklet_run(length: i32, zero: i32): i32 { return 0; }
export function _grafos_tasklet_finalize(status: i32): void {}`;

/**
 * A module of about `sizeBytes` of ordinary code: the AssemblyScript kernels several times over with other constants,
 * and all of their functions repeated until it is large enough (the compiler would take minutes for that).
 */
export async function buildLargeModule(sizeBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: string[] = [];
  for (let copy = 0; copy < SOURCE_COPIES; copy++) {
    for (const { name, source } of KERNELS) {
      if (!REPEATED.includes(name)) continue;
      const text = readFileSync(new URL(`../../kernels/${source}`, import.meta.url), 'utf8');
      parts.push(namespaced(`${name}${copy}`, text, copy));
    }
  }
  const built = await buildSource([...parts, PROFILE_EXPORTS].join('\n'));
  return repeated(built, Math.ceil(sizeBytes / built.length));
}

function namespaced(name: string, text: string, copy: number): string {
  const distinct = text
    .replace(/memory\.data\([^)]*\)/g, 'memory.data(64)')
    .replace(/(\* )(7|11|31|37)\b/g, (_whole, times: string, factor: string) => times + String(Number(factor) + copy));
  const call = `export function run_${name}(n: i32): f64 { return <f64>${name}.run(n + ${copy}); }`;
  return `namespace ${name} {\n${distinct}\n}\n${call}`;
}

/** The module with its functions `times` over; each copy calls its own. The module must import no functions. */
function repeated(bytes: Uint8Array, times: number): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter().bytes(bytes.subarray(0, 8));
  const { sections, paramCounts } = readLayout(bytes);
  for (const { id, body } of sections) {
    if (id === SECTION.function)
      out.section(
        id,
        repeatedVector(body, times, (items) => items),
      );
    else if (id === SECTION.code) {
      out.section(
        id,
        repeatedVector(body, times, (items, copy) => shiftedBodies(items, copy * paramCounts.length)),
      );
    } else if (id !== SECTION.custom) out.section(id, body);
  }
  return out.done();
}

function repeatedVector(
  vector: Uint8Array,
  times: number,
  copyOf: (items: Uint8Array, copy: number) => Uint8Array,
): Uint8Array {
  const reader = new ByteReader(vector);
  const count = reader.u32();
  const items = vector.subarray(reader.at);
  const out = new ByteWriter().u32(count * times);
  for (let copy = 0; copy < times; copy++) out.bytes(copyOf(items, copy));
  return out.done();
}

function shiftedBodies(items: Uint8Array, shift: number): Uint8Array {
  const reader = new ByteReader(items);
  const out = new ByteWriter();
  while (!reader.done) out.sized(shiftedBody(reader.take(reader.u32()), shift));
  return out.done();
}

const CALL = 0x10;

function shiftedBody(body: Uint8Array, shift: number): Uint8Array {
  const reader = new ByteReader(body);
  for (let groups = reader.u32(); groups > 0; groups--) {
    reader.u32();
    reader.u8();
  }
  const out = new ByteWriter().bytes(reader.since(0));
  while (!reader.done) {
    const start = reader.at;
    const { opcode } = readInstruction(reader);
    if (opcode === CALL) out.u8(CALL).u32(new ByteReader(body, start + 1).u32() + shift);
    else out.bytes(reader.since(start));
  }
  return out.done();
}
