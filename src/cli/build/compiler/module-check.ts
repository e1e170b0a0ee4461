import { TASKLET_LIMITS, type Bytes } from '../../../core/index.ts';
import type { BuildProblem } from '../build-problem.ts';

const PROFILE_MODULE = 'grafos_tasklet_v0';

/** What to use instead of a host function that AssemblyScript's library would import. */
const REPLACEMENTS: ReadonlyMap<string, string> = new Map([
  ['Date.now', "clock.now() of grafos-std (time is the run's own)"],
  ['performance.now', 'clock.now() or fuel.remaining() of grafos-std'],
  ['trace', 'log.debug() of grafos-std'],
  ['crypto.getRandomValuesN', 'random.bytes() of grafos-std'],
  ['process.exit', 'Output.fail() of grafos-std'],
]);

/**
 * Why `module` can not be a tasklet, as far as its author should hear it before any cell does. Admission on the cell
 * decides; this only says it earlier and in the author's words.
 */
export async function checkModule(
  module: Bytes,
  place: Pick<BuildProblem, 'file' | 'tasklet'>,
): Promise<readonly BuildProblem[]> {
  if (module.length > TASKLET_LIMITS.moduleBytesMax) {
    const message = `the module has ${module.length} bytes; at most ${TASKLET_LIMITS.moduleBytesMax} are admitted`;
    return [{ ...place, code: 'module_too_large', message }];
  }
  let compiled: WebAssembly.Module;
  try {
    compiled = await WebAssembly.compile(module);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [{ ...place, code: 'module_invalid', message: `not a WebAssembly module: ${reason}` }];
  }
  return WebAssembly.Module.imports(compiled)
    .filter(({ module: from }) => !isProfileModule(from))
    .map(({ module: from, name }) => ({ ...place, code: 'import_forbidden', message: forbidden(from, name) }));
}

function isProfileModule(name: string): boolean {
  return name === PROFILE_MODULE || name.startsWith('fabricbios_') || name.startsWith('grafos_');
}

function forbidden(from: string, name: string): string {
  const instead = name.startsWith('console.') ? 'log.info() of grafos-std' : REPLACEMENTS.get(name);
  const advice = instead === undefined ? 'a tasklet has no access to its host besides grafos-std' : `use ${instead}`;
  return `imports ${name} from ${from}, which no cell offers; ${advice}`;
}
