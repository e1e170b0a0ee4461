import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { err, ok, type Bytes, type Result } from '../../../../core/index.ts';
import type { BuildProblem } from '../../build-problem.ts';
import { GUEST_DIRECTORY, type SourceFiles, type TaskletPlace } from '../source-files.ts';
import { compilerMissing, complaints, dependenciesIn, rememberReads, runCompiler } from './run-compiler.ts';

const ENVIRONMENT_VARIABLE = 'GRAFOS_CLANG';
const STACK_BYTES = 65_536;
const MISSING = `clang with the target wasm32, and wasm-ld: on Debian \`apt-get install clang lld\`; ${ENVIRONMENT_VARIABLE} names another clang`;

/** Everything besides the sources that the compiled bytes depend on. Fails with `compiler_missing`. */
export async function cRequest(place: TaskletPlace): Promise<Result<string, readonly BuildProblem[]>> {
  const [version, targets, linker] = await Promise.all([
    runCompiler(clang(), ['--version']),
    runCompiler(clang(), ['--print-targets']),
    runCompiler('wasm-ld', ['--version']),
  ]);
  if (!version.isDone || !linker.isDone || !targets.output.includes('wasm32')) {
    return err(compilerMissing(place, MISSING));
  }
  return ok(JSON.stringify([firstLine(version.output), firstLine(linker.output), argumentsFor(place)]));
}

/** Compiles one C source to a tasklet module. */
export async function compileC(
  place: TaskletPlace,
  files: SourceFiles,
): Promise<Result<Bytes, readonly BuildProblem[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'grafos-c-'));
  try {
    const [module, reads] = [join(folder, 'tasklet.wasm'), join(folder, 'reads.d')];
    const args = [...argumentsFor(place), '-I', join(GUEST_DIRECTORY, 'c'), '-MMD', '-MF', reads, '-o', module];
    const ran = await runCompiler(clang(), args, { directory: files.directory });
    if (!ran.isDone) return err(complaints(ran.messages, place));
    const remembered = await rememberReads(dependenciesIn(await readFile(reads, 'utf8')), files, place);
    return remembered.ok ? ok(new Uint8Array(await readFile(module))) : remembered;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function argumentsFor({ tasklet }: TaskletPlace): readonly string[] {
  return [
    ...['--target=wasm32-unknown-unknown', '-std=c17', '-O2', '-mbulk-memory', '-Wall', '-fno-color-diagnostics'],
    // The compiler's own headers and nothing of the machine.
    ...['-ffreestanding', '-nostdlib', '-nostdlibinc'],
    ...['-Wl,--no-entry', '-Wl,--strip-all', `-Wl,-z,stack-size=${STACK_BYTES}`],
    // The manifest's bound is in the module too.
    `-Wl,--max-memory=${tasklet.memoryBytes}`,
    tasklet.source,
  ];
}

function clang(): string {
  const named = process.env[ENVIRONMENT_VARIABLE];
  return named === undefined || named === '' ? 'clang' : named;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
