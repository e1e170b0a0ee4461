/**
 * The comparisons of this folder for as long as one likes:
 * `npx tsx tests/conformance/meter/long.ts [--modules 20000] [--mutants 200000] [--seed 1] [--size 60]`.
 * Prints each disagreement with its seed, then one line of figures; ends with 1 when there was any.
 */
import { parseArgs } from 'node:util';
import { disagreements, emptyTally } from './compare.ts';
import { ENGINE_HAS_TAIL_CALLS } from './engine.ts';
import { generateModule, Random } from './generate/index.ts';
import { METER } from './meter.ts';
import { acceptance } from './mutate/acceptance.ts';
import { mutated, someModule } from './mutate/index.ts';

const MUTANTS_PER_MODULE = 100;
const SIZES = [5, 15, 40, 120, 300];

function compareModules(count: number, firstSeed: number, onlySize: number | undefined): number {
  const tally = emptyTally();
  let faults = 0;
  for (let index = 0; index < count; index++) {
    const seed = firstSeed + index;
    const size = onlySize ?? SIZES[index % SIZES.length] ?? 40;
    for (const text of oneModule(seed, size, tally)) {
      faults++;
      console.log(`seed ${seed} size ${size}: ${text}`);
    }
  }
  console.log(JSON.stringify({ ...tally, faults }));
  return faults;
}

function oneModule(seed: number, size: number, tally: ReturnType<typeof emptyTally>): readonly string[] {
  try {
    const generated = generateModule(seed, { size, tailCalls: ENGINE_HAS_TAIL_CALLS });
    return disagreements(generated, METER, new Random(seed), tally);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function compareMutants(count: number, seed: number): number {
  const random = new Random(seed);
  const seen: Record<string, number> = {};
  let faults = 0;
  let bytes = someModule(random);
  for (let index = 0; index < count; index++) {
    if (index % MUTANTS_PER_MODULE === 0) bytes = someModule(random);
    const { verdict, bytes: damaged } = acceptance(mutated(bytes, random));
    seen[verdict] = (seen[verdict] ?? 0) + 1;
    if (!verdict.startsWith('fault')) continue;
    faults++;
    console.log(`mutant ${index} of seed ${seed}: ${verdict}\n${Buffer.from(damaged).toString('base64')}`);
  }
  console.log(JSON.stringify({ mutants: count, ...seen }));
  return faults;
}

const { values } = parseArgs({
  options: {
    modules: { type: 'string', default: '20000' },
    mutants: { type: 'string', default: '200000' },
    seed: { type: 'string', default: '1' },
    size: { type: 'string' },
  },
});
const onlySize = values.size === undefined ? undefined : Number(values.size);
const faults =
  compareModules(Number(values.modules), Number(values.seed), onlySize) +
  compareMutants(Number(values.mutants), Number(values.seed));
process.exitCode = faults === 0 ? 0 : 1;
