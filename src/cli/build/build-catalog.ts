import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { offeredProgram } from '../../bundle/index.ts';
import { utf8, type Bytes } from '../../core/index.ts';
import type { Program } from '../../sdk/index.ts';
import { buildProgramWith, type BuiltProgram } from './build-program.ts';
import type { BuildProblem } from './build-problem.ts';
import { Compilers } from './compiler/index.ts';

/** Where the page looks first, relative to itself. It answers a JSON array of {@link Program}. */
export const CATALOG_URL = 'programs/catalog.json';

/** Several programs as the page gets them. A program that cannot be built is left out, with its problems. */
export interface Catalog {
  readonly programs: readonly Program[];
  /** Everything to serve, by URL relative to the page, percent-encoded as the page asks for it. */
  readonly files: ReadonlyMap<string, CatalogFile>;
  /** Absolute paths of every file the programs were made from: what to watch. */
  readonly sources: readonly string[];
  readonly problems: readonly BuildProblem[];
}

export type CatalogFile =
  | { readonly kind: 'bytes'; readonly mediaType: string; readonly bytes: Bytes }
  | { readonly kind: 'path'; readonly mediaType: string; readonly path: string };

/** Builds the programs in these directories and says what to serve of them. */
export async function buildCatalog(programDirectories: readonly string[]): Promise<Catalog> {
  const compilers = new Compilers();
  try {
    return await buildCatalogWith(compilers, programDirectories);
  } finally {
    compilers.close();
  }
}

async function buildCatalogWith(compilers: Compilers, programDirectories: readonly string[]): Promise<Catalog> {
  const programs = new Map<string, Program>();
  const files = new Map<string, CatalogFile>();
  const sources: string[] = [];
  const problems: BuildProblem[] = [];
  for (const directory of programDirectories) {
    const built = await buildProgramWith(compilers, directory);
    if (!built.ok) {
      problems.push(...built.error);
      sources.push(...built.error.map(({ file }) => file));
      continue;
    }
    sources.push(...built.value.sources);
    const program = toProgram(built.value);
    if (programs.has(program.name)) {
      const message = `another program is named ${program.name} too`;
      problems.push({ code: 'program_duplicate', message, file: join(directory, 'grafos.toml') });
      continue;
    }
    programs.set(program.name, program);
    for (const [url, file] of filesOf(built.value)) files.set(url, file);
  }
  const list = [...programs.values()];
  files.set(CATALOG_URL, { kind: 'bytes', mediaType: 'application/json', bytes: utf8(JSON.stringify(list)) });
  return { programs: list, files, sources: [...new Set(sources)], problems };
}

/** The directories directly under `parent` that hold a `grafos.toml`, in the order of their names. */
export async function findPrograms(parent: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of (await readdir(parent)).sort()) {
    const isProgram = await stat(join(parent, name, 'grafos.toml')).then(
      (entry) => entry.isFile(),
      () => false,
    );
    if (isProgram) found.push(join(parent, name));
  }
  return found;
}

/** A program as the page gets it, with the files that its URLs stand for. */
export function servedProgram(built: BuiltProgram): {
  readonly program: Program;
  readonly files: readonly (readonly [string, CatalogFile])[];
} {
  return { program: toProgram(built), files: filesOf(built) };
}

function toProgram({ manifest, tasklets, fixtures }: BuiltProgram): Program {
  return offeredProgram(manifest, {
    tasklets: tasklets.map(({ declared, module }) => ({ declared, module, url: moduleUrl(module) })),
    fixtures: fixtures.map(({ name, mediaType, sizeBytes }) => {
      return { name, mediaType, sizeBytes, url: fixtureUrl(manifest.program.name, name) };
    }),
  });
}

function filesOf({ manifest, tasklets, fixtures }: BuiltProgram): [string, CatalogFile][] {
  return [
    ...tasklets.map(({ module, path }): [string, CatalogFile] => [
      moduleUrl(module),
      { kind: 'path', mediaType: 'application/wasm', path },
    ]),
    ...fixtures.map(({ name, path, mediaType }): [string, CatalogFile] => [
      fixtureUrl(manifest.program.name, name),
      { kind: 'path', mediaType, path },
    ]),
  ];
}

function moduleUrl(module: string): string {
  return `programs/${module}.wasm`;
}

function fixtureUrl(program: string, fixture: string): string {
  return `programs/${program}/fixtures/${encodeURIComponent(fixture)}`;
}
