import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { contentHash, err, ok, type Bytes, type ContentHash, type Result } from '../../core/index.ts';
import { nearestOf, parseManifest, type Manifest, type ManifestTasklet } from '../../manifest/index.ts';
import { fitsPattern } from '../../sdk/index.ts';
import { BuildCache } from './build-cache.ts';
import type { BuildProblem } from './build-problem.ts';
import { checkModule, Compilers, SourceFiles, type TaskletPlace } from './compiler/index.ts';
import { readFixtures, type Fixture } from './fixtures.ts';

const MANIFEST_FILE = 'grafos.toml';

/** A program whose tasklets are modules on disk. */
export interface BuiltProgram {
  /** Absolute. */
  readonly directory: string;
  readonly manifest: Manifest;
  readonly tasklets: readonly BuiltTasklet[];
  readonly fixtures: readonly Fixture[];
  /** Absolute paths of every file the program was made from: what to watch. */
  readonly sources: readonly string[];
}

export interface BuiltTasklet {
  readonly declared: ManifestTasklet;
  readonly module: ContentHash;
  readonly sizeBytes: number;
  /** Absolute path of the module: `<program>/.grafos/tasklets/<module>.wasm`. */
  readonly path: string;
  /** Whether nothing had changed since the module was built. */
  readonly isReused: boolean;
}

/** Builds the program in `directory`. Its problems name files from `directory` as it was given. */
export async function buildProgram(directory: string): Promise<Result<BuiltProgram, readonly BuildProblem[]>> {
  const compilers = new Compilers();
  try {
    return await buildProgramWith(compilers, directory);
  } finally {
    compilers.close();
  }
}

/** The same with compilers that serve several programs. */
export async function buildProgramWith(
  compilers: Compilers,
  directory: string,
): Promise<Result<BuiltProgram, readonly BuildProblem[]>> {
  const manifest = await readManifest(directory);
  if (!manifest.ok) return manifest;
  const builder = new Builder(compilers, directory, await BuildCache.open(resolve(directory)));
  const fixtures = await readFixtures(directory);
  const problems: BuildProblem[] = fixtures.ok
    ? missingFixtures(directory, manifest.value, fixtures.value)
    : [...fixtures.error];
  const tasklets: BuiltTasklet[] = [];
  for (const declared of manifest.value.tasklets) {
    const built = await builder.build(declared);
    if (built.ok) tasklets.push(built.value);
    else problems.push(...built.error);
  }
  if (!fixtures.ok || problems.length > 0) return err(problems);
  await builder.finish();
  return ok({
    directory: resolve(directory),
    manifest: manifest.value,
    tasklets,
    fixtures: fixtures.value,
    sources: [resolve(directory, MANIFEST_FILE), ...builder.sources, ...fixtures.value.map(({ path }) => path)],
  });
}

/** Nodes of the graph whose fixtures are not there. */
function missingFixtures(directory: string, { graph }: Manifest, fixtures: readonly Fixture[]): BuildProblem[] {
  const file = join(directory, MANIFEST_FILE);
  return graph.flatMap(({ name, input, position }): readonly BuildProblem[] => {
    if (input.kind !== 'fixture' && input.kind !== 'fixtures') return [];
    const isFit = (fixture: Fixture): boolean =>
      input.kind === 'fixture' ? fixture.name === input.name : fitsPattern(fixture.name, input.name);
    if (fixtures.some(isFit)) return [];
    const names = fixtures.map((each) => each.name);
    const nearest = nearestOf(input.name, names);
    const advice = nearest === undefined ? `there are: ${names.join(', ') || 'none'}` : `did you mean ${nearest}?`;
    const message = `graph.${name}.input fits no file of fixtures/: "${input.name}"; ${advice}`;
    return [{ code: 'fixture_missing', message, file, ...position }];
  });
}

async function readManifest(directory: string): Promise<Result<Manifest, readonly BuildProblem[]>> {
  const file = join(directory, MANIFEST_FILE);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return err([{ code: 'manifest_missing', message: 'there is no such file; every program has one', file }]);
  }
  const manifest = parseManifest(text);
  if (manifest.ok) return manifest;
  return err(
    manifest.error.map(({ message, line, column }) => ({
      code: 'manifest_invalid',
      message,
      file,
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
    })),
  );
}

class Builder {
  readonly sources = new Set<string>();
  private readonly compilers: Compilers;
  private readonly directory: string;
  private readonly cache: BuildCache;

  constructor(compilers: Compilers, directory: string, cache: BuildCache) {
    this.compilers = compilers;
    this.directory = directory;
    this.cache = cache;
  }

  async build(tasklet: ManifestTasklet): Promise<Result<BuiltTasklet, readonly BuildProblem[]>> {
    return tasklet.source.endsWith('.wasm') ? this.takePrebuilt(tasklet) : this.compile(tasklet);
  }

  async finish(): Promise<void> {
    await this.cache.save();
  }

  private async takePrebuilt(tasklet: ManifestTasklet): Promise<Result<BuiltTasklet, readonly BuildProblem[]>> {
    const place = this.placeOf(tasklet);
    const file = place.fileName(tasklet.source);
    this.sources.add(resolve(file));
    let module: Bytes;
    try {
      module = new Uint8Array(await readFile(file));
    } catch {
      const message = `there is no file ${tasklet.source}`;
      return err([{ code: 'source_missing', message, file, tasklet: tasklet.name }]);
    }
    return this.keep(tasklet, module);
  }

  private async compile(tasklet: ManifestTasklet): Promise<Result<BuiltTasklet, readonly BuildProblem[]>> {
    const place = this.placeOf(tasklet);
    const request = await this.compilers.request(place);
    if (!request.ok) return request;
    const files = new SourceFiles(this.directory);
    const known = await this.cache.find(request.value, files);
    if (known !== undefined) {
      this.rememberSources(files);
      return ok({ declared: tasklet, ...known, isReused: true });
    }
    const fresh = new SourceFiles(this.directory);
    const module = await this.compilers.compile(place, fresh);
    this.rememberSources(fresh);
    if (!module.ok) return module;
    const built = await this.keep(tasklet, module.value);
    if (built.ok) this.cache.remember(request.value, fresh, built.value.module);
    return built;
  }

  private async keep(tasklet: ManifestTasklet, module: Bytes): Promise<Result<BuiltTasklet, readonly BuildProblem[]>> {
    const file = this.placeOf(tasklet).fileName(tasklet.source);
    const problems = await checkModule(module, { file, tasklet: tasklet.name });
    if (problems.length > 0) return err(problems);
    const name = contentHash(module);
    const path = await this.cache.write(name, module);
    return ok({ declared: tasklet, module: name, sizeBytes: module.length, path, isReused: false });
  }

  private rememberSources(files: SourceFiles): void {
    for (const [name, hash] of files.reads) {
      const file = files.pathOf(name)?.file;
      if (hash !== null && file !== undefined) this.sources.add(resolve(file));
    }
  }

  private placeOf(tasklet: ManifestTasklet): TaskletPlace {
    return { tasklet, fileName: (sourceName) => join(this.directory, sourceName) };
  }
}
