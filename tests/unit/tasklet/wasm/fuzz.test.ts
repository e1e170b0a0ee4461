import { beforeAll, describe, expect, it } from 'vitest';
import { generateModule, Random } from '../../../conformance/meter/generate/index.ts';
import { mutated } from '../../../conformance/meter/mutate/index.ts';
import { buildKernel, KERNELS } from '../../../kernels/index.ts';
import { denialOf, verdictOn, type Verdict } from './verdict.ts';

const CASES = Number(process.env['GRAFOS_FUZZ_CASES'] ?? 20_000);
const SLOWEST_MS = 1_000;

let compiled: readonly Uint8Array<ArrayBuffer>[] = [];

beforeAll(async () => {
  const built = await Promise.all(KERNELS.map((kernel) => buildKernel(kernel)));
  compiled = built.flatMap((bytes) => (bytes === undefined ? [] : [new Uint8Array(bytes)]));
}, 120_000);

function generated(random: Random): Uint8Array<ArrayBuffer> {
  return generateModule(random.u32(), { size: random.pick([5, 30, 120]), tailCalls: true }).bytes;
}

/** One byte anywhere, so that most of the module still means something. */
function nudged(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  const at = random.below(copy.length);
  copy[at] = random.chance(0.5) ? random.below(256) : (copy[at] ?? 0) ^ (1 << random.below(8));
  return copy;
}

describe('the reader and validator beside the engine', () => {
  it('accepts every generated module of the allowed features', () => {
    const random = new Random(31);
    for (let count = 0; count < 500; count++) expect(denialOf(generated(random))).toBeUndefined();
  });

  it('accepts what AssemblyScript and wabt write', () => {
    for (const bytes of compiled) expect(denialOf(bytes)).toBeUndefined();
  });

  it('agrees on damaged and truncated modules, and answers each at once', { timeout: 600_000 }, () => {
    const random = new Random(20_241);
    const seen = new Map<Verdict, number>();
    let slowestMs = 0;
    for (let count = 0; count < CASES;) {
      const sound = random.chance(0.3) ? random.pick(compiled) : generated(random);
      for (let damage = 0; damage < 20; damage++, count++) {
        const bytes = random.chance(0.5) ? nudged(sound, random) : mutated(sound, random);
        const start = performance.now();
        const verdict = verdictOn(bytes);
        slowestMs = Math.max(slowestMs, performance.now() - start);
        if (verdict === 'too strict' || verdict === 'too lax' || verdict === 'threw') {
          expect.fail(`${verdict}: ${JSON.stringify(denialOf(bytes))} ${Buffer.from(bytes).toString('base64')}`);
        }
        seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
      }
    }
    expect(seen.get('accepted')).toBeGreaterThan(CASES / 100);
    expect(seen.get('refused')).toBeGreaterThan(CASES / 3);
    expect(slowestMs).toBeLessThan(SLOWEST_MS);
  });
});
