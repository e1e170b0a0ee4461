import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, join, resolve } from 'node:path';
import { contentHash, err, ok, utf8, type Bytes, type Result } from '../../../../core/index.ts';
import type { BuildProblem } from '../../build-problem.ts';
import { GUEST_DIRECTORY, type SourceFiles, type TaskletPlace } from '../source-files.ts';
import { compilerMissing, complaints, dependenciesIn, rememberReads, runCompiler, type Ran } from './run-compiler.ts';

const ENVIRONMENT_VARIABLE = 'GRAFOS_RUSTC';
const TARGET = 'wasm32-unknown-unknown';
const STACK_BYTES = 65_536;
const MISSING = `rustc with the target ${TARGET}: on Debian \`apt-get install rustc libstd-rust-dev-wasm32 lld\`, elsewhere \`rustup target add ${TARGET}\`; ${ENVIRONMENT_VARIABLE} names another rustc`;
/** Before this release an allocation that fails has no stable meaning without the standard library. */
const MINOR_WITH_ALLOC_ERROR = 68;

const LIBRARY = join(GUEST_DIRECTORY, 'rust', 'grafos-std');
const LIBRARY_SOURCES = ['src/lib.rs', 'src/host.rs', 'src/json.rs', 'src/memory.rs', 'macros/src/lib.rs'];
const COMMON = ['--edition', '2021', '-C', 'opt-level=3', '-C', 'panic=abort', '--error-format=short'];

interface Rustc {
  readonly command: string;
  readonly version: string;
}

/** Everything besides the sources that the compiled bytes depend on. Fails with `compiler_missing`. */
export async function rustRequest(place: TaskletPlace): Promise<Result<string, readonly BuildProblem[]>> {
  const rustc = await findRustc();
  if (rustc === undefined) return err(compilerMissing(place, MISSING));
  return ok(JSON.stringify([rustc.version, await libraryHash(rustc), argumentsFor(place, rustc)]));
}

/** Compiles one Rust source to a tasklet module. */
export async function compileRust(
  place: TaskletPlace,
  files: SourceFiles,
): Promise<Result<Bytes, readonly BuildProblem[]>> {
  const rustc = await findRustc();
  if (rustc === undefined) return err(compilerMissing(place, MISSING));
  const library = await libraryFor(rustc, files.directory, place);
  if (!library.ok) return library;
  const folder = await mkdtemp(join(tmpdir(), 'grafos-rust-'));
  try {
    const [module, reads] = [join(folder, 'tasklet.wasm'), join(folder, 'reads.d')];
    const remap = [resolve(files.directory), library.value, folder].map(
      (path) => `--remap-path-prefix=${path}=/program`,
    );
    const links = ['--extern', `grafos_std=${join(library.value, 'libgrafos_std.rlib')}`, '-L', library.value];
    const args = [...argumentsFor(place, rustc), ...links, ...remap, '--emit', `link=${module},dep-info=${reads}`];
    const ran = await run(rustc, args, files.directory);
    if (!ran.isDone) return err(complaints(ran.messages, place));
    const remembered = await rememberReads(dependenciesIn(await readFile(reads, 'utf8')), files, place);
    return remembered.ok ? ok(new Uint8Array(await readFile(module))) : remembered;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function argumentsFor({ tasklet }: TaskletPlace, { version }: Rustc): readonly string[] {
  const minor = Number(/^rustc \d+\.(\d+)/.exec(version)?.[1] ?? MINOR_WITH_ALLOC_ERROR);
  const isOld = minor < MINOR_WITH_ALLOC_ERROR;
  return [
    ...['--target', TARGET, '--crate-type', 'cdylib', '--crate-name', 'tasklet', ...COMMON],
    ...(isOld ? ['-Z', 'crate-attr=feature(default_alloc_error_handler)'] : []),
    ...['-C', 'lto=fat', '-C', 'strip=symbols', '-C', `link-arg=-zstack-size=${STACK_BYTES}`],
    // The manifest's bound is in the module too.
    ...['-C', `link-arg=--max-memory=${tasklet.memoryBytes}`],
    tasklet.source,
  ];
}

/** `grafos-std` compiled by this compiler, kept under the program. */
async function libraryFor(
  rustc: Rustc,
  directory: string,
  place: TaskletPlace,
): Promise<Result<string, readonly BuildProblem[]>> {
  const kept = resolve(directory, '.grafos', 'rust', await libraryHash(rustc));
  if (await isThere(join(kept, 'libgrafos_std.rlib'))) return ok(kept);
  const partial = `${kept}.${process.pid}.part`;
  await mkdir(partial, { recursive: true });
  const remap = `--remap-path-prefix=${LIBRARY}=/grafos-std`;
  const macros = join(partial, 'libgrafos_std_macros.so');
  const steps = [
    ['--crate-type', 'proc-macro', '--crate-name', 'grafos_std_macros', '--extern', 'proc_macro'],
    ['--crate-type', 'rlib', '--crate-name', 'grafos_std', '--target', TARGET],
  ];
  const [first = [], second = []] = steps;
  const ranFirst = await run(rustc, [...COMMON, ...first, remap, join(LIBRARY, 'macros/src/lib.rs'), '-o', macros]);
  const link = ['--extern', `grafos_std_macros=${macros}`, '-o', join(partial, 'libgrafos_std.rlib')];
  const ran = ranFirst.isDone
    ? await run(rustc, [...COMMON, ...second, remap, join(LIBRARY, 'src/lib.rs'), ...link])
    : ranFirst;
  if (!ran.isDone) {
    await rm(partial, { recursive: true, force: true });
    return err(complaints(ran.messages, place));
  }
  // Whoever built the same at the same time was as right.
  await rename(partial, kept).catch(() => rm(partial, { recursive: true, force: true }));
  return ok(kept);
}

async function libraryHash({ version }: Rustc): Promise<string> {
  const texts = await Promise.all(LIBRARY_SOURCES.map((name) => readFile(join(LIBRARY, name), 'utf8')));
  return contentHash(utf8(JSON.stringify([version, COMMON, texts]))).slice(0, 32);
}

/** The first compiler that has the target: the one named, else one on the path, of which there may be several. */
async function findRustc(): Promise<Rustc | undefined> {
  const named = process.env[ENVIRONMENT_VARIABLE];
  const isNamed = named !== undefined && named !== '';
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = isNamed ? [named] : [...new Set(folders)].map((folder) => join(folder, 'rustc'));
  for (const command of candidates) {
    if (basename(command) === 'rustc' && !isNamed && !(await isThere(command))) continue;
    const target = await runCompiler(command, ['--print', 'target-libdir', '--target', TARGET]);
    if (!target.isDone || !(await isThere(target.output.trim()))) continue;
    const version = await runCompiler(command, ['--version']);
    if (version.isDone) return { command, version: version.output.trim() };
  }
  return undefined;
}

function run({ command }: Rustc, args: readonly string[], directory?: string): Promise<Ran> {
  return runCompiler(command, args, {
    ...(directory === undefined ? {} : { directory }),
    env: { RUSTC_BOOTSTRAP: '1' },
  });
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
