import { contentHash, err, ok, type Bytes, type ContentHash, type Result } from '../core/index.ts';
import { readArchive, writeArchive, type BundleFiles } from './archive.ts';
import { roleOf } from './layout.ts';
import { programOf, strangerProblems, type BundledProgram } from './program.ts';
import type { BundleProblem } from './problem.ts';

/** A program as one file. */
export interface Bundle {
  /** SHA-256 of `bytes`: the same program has the same id everywhere. */
  readonly id: ContentHash;
  readonly bytes: Bytes;
  readonly files: BundleFiles;
  readonly program: BundledProgram;
}

export interface PackOptions {
  /** Whether what the tasklets are built from goes along; it does not unless said otherwise. */
  readonly hasSources?: boolean;
}

/** Reads a `.grafos` file. Nothing of it is believed before all of it was checked. */
export function readBundle(bytes: Bytes): Result<Bundle, readonly BundleProblem[]> {
  const files = readArchive(bytes);
  if (!files.ok) return err([files.error]);
  const program = programOf(files.value);
  if (!program.ok) return program;
  const strangers = strangerProblems(files.value, program.value);
  if (strangers.length > 0) return err(strangers);
  return ok({ id: contentHash(bytes), bytes, files: files.value, program: program.value });
}

/** Whether {@link packProgram} may want the file at this path of a program's directory. */
export function belongsInBundle(path: string, { hasSources = false }: PackOptions = {}): boolean {
  const role = roleOf(path);
  return role !== undefined && (role.kind !== 'source' || hasSources);
}

/**
 * Makes the bundle of a program from the files of its directory, by their paths within it. Modules that earlier builds
 * have left are passed over, and so is everything that has no place in a bundle.
 */
export function packProgram(
  directory: BundleFiles,
  options: PackOptions = {},
): Result<Bundle, readonly BundleProblem[]> {
  const wanted = [...directory].filter(([path]) => belongsInBundle(path, options));
  const program = programOf(new Map(wanted));
  if (!program.ok) return program;
  const modules = new Set<string>(program.value.tasklets.map(({ module }) => module));
  const files = wanted.filter(([path]) => {
    const role = roleOf(path);
    return role?.kind !== 'module' || modules.has(role.hash);
  });
  const archive = writeArchive(new Map(files));
  return archive.ok ? readBundle(archive.value) : err([archive.error]);
}
