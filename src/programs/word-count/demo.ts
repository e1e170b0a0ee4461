import { FabricHashMap, text, u64 } from '../../collections/index.ts';
import {
  FabricError,
  outputOf,
  type Bytes,
  type DemoOutcome,
  type DemoStage,
  type LeaseHandle,
  type ProgramTasklet,
  type RunRequest,
} from '../../sdk/index.ts';

/** Room for some forty thousand words, of which a novel has half as many. */
const MAP_BYTES = 8 << 20;
const BUCKETS = 1 << 16;
const WORD_BYTES_MAX = 64;
const LEASE_TTL_MS = 300_000;
/** Parts for each cell, so that a slow one does not keep the others waiting. */
const PARTS_PER_CELL = 2;

/** Counts the parts of the text in all cells, into one map of this one, and has the map written down. */
export async function demo({ fabric, program, input, fetchBytes }: DemoStage): Promise<DemoOutcome> {
  const [fixture] = program.fixtures;
  const [count, report] = ['count', 'report'].map((name) => program.tasklets.find((other) => other.name === name));
  if (!fixture || !count || !report) throw new FabricError({ code: 'internal', message: 'The program is not whole.' });
  const whole = input === undefined ? await fetchBytes(fixture.url) : new TextEncoder().encode(input);
  const { self, cells } = fabric.snapshot();
  const alive = cells.filter(({ state }) => state === 'alive');
  const lease = await fabric.lease.mem({ bytes: MAP_BYTES }).ttl(LEASE_TTL_MS).on(self).acquire();
  try {
    const options = { buckets: BUCKETS, keyBytesMax: WORD_BYTES_MAX };
    await FabricHashMap.create(await lease.region(), text, u64, options);
    const parts = partsOf(whole, PARTS_PER_CELL * alive.length);
    const order = async (tasklet: ProgramTasklet, part: Bytes): Promise<RunRequest> => ({
      ...(await requestOf(program.name, tasklet, lease, fetchBytes)),
      input: part,
    });
    const counted = await Promise.all(
      parts.map(async (part, at) => {
        const on = alive[at % alive.length]?.id ?? 'any';
        return fabric.run({ ...(await order(count, part)), on });
      }),
    );
    const reported = await fabric.run(await order(report, new Uint8Array(0)));
    const expected = countsOf(whole);
    const written = new TextDecoder().decode(outputOf(reported));
    return {
      isAsExpected: written === linesOf(expected),
      facts: { cells: alive.length, parts: parts.length, words: sum(expected.values()), distinct: expected.size },
      runs: [...counted, reported].map(({ response }) => response.runId),
    };
  } finally {
    await lease.free();
  }
}

async function requestOf(
  program: string,
  { name, moduleUrl, fuel, memoryBytes, deadlineMs }: ProgramTasklet,
  lease: LeaseHandle,
  fetchBytes: DemoStage['fetchBytes'],
): Promise<Omit<RunRequest, 'input'>> {
  const [module, ref] = await Promise.all([fetchBytes(moduleUrl), lease.ref()]);
  return { program, tasklet: name, module, memory: [ref], fuel, memoryBytes, deadlineMs };
}

/** The text in `count` parts of about one size, cut where no word is. */
export function partsOf(whole: Bytes, count: number): Bytes[] {
  const parts: Bytes[] = [];
  for (let from = 0, index = 1; from < whole.length; index++) {
    let end = Math.min(whole.length, Math.max(from + 1, Math.ceil((index * whole.length) / count)));
    while (end < whole.length && isLetter(whole[end])) end++;
    parts.push(whole.slice(from, end));
    from = end;
  }
  return parts;
}

function isLetter(byte: number | undefined): boolean {
  const letter = (byte ?? 0) | 0x20;
  return letter >= 0x61 && letter <= 0x7a;
}

/** The same counts without any fabric, to hold the written ones against. */
function countsOf(whole: Bytes): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [word] of new TextDecoder().decode(whole).matchAll(/[A-Za-z]+/g)) {
    const key = word.toLowerCase();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function linesOf(counts: ReadonlyMap<string, number>): string {
  const words = [...counts].sort(([left], [right]) => (left < right ? -1 : 1));
  return words.map(([word, times]) => `${String(times).padStart(7)} ${word}\n`).join('');
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
