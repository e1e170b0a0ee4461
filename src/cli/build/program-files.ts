import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { belongsInBundle, type PackOptions } from '../../bundle/index.ts';
import { BUNDLE_LIMITS, type Bytes } from '../../core/index.ts';
import { CommandError, reasonOf } from '../terminal/index.ts';

/** Folders of a program in which nothing of it lies, however much may lie there. */
const PASSED_OVER = new Set(['.git', 'node_modules', 'runs']);

/** The files of the program in `directory` that a bundle of it may hold, by path. Fails with `file_unreadable`. */
export async function readProgramFiles(
  directory: string,
  options: PackOptions = {},
): Promise<ReadonlyMap<string, Bytes>> {
  const files = new Map<string, Bytes>();
  for (const path of await pathsUnder(directory, '')) {
    if (belongsInBundle(path, options)) files.set(path, await read(directory, path));
  }
  return files;
}

async function read(directory: string, path: string): Promise<Bytes> {
  const file = join(directory, path);
  const { fileBytesMax } = BUNDLE_LIMITS;
  try {
    const { size } = await stat(file);
    if (size <= fileBytesMax) return new Uint8Array(await readFile(file));
    throw new Error(`it has ${size} bytes; a file of a bundle has at most ${fileBytesMax}`);
  } catch (error) {
    throw CommandError.of('file_unreadable', `${file} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

async function pathsUnder(directory: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(directory, folder), { withFileTypes: true }).catch(() => []);
  const paths: string[] = [];
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isFile()) paths.push(path);
    else if (entry.isDirectory() && !PASSED_OVER.has(entry.name)) paths.push(...(await pathsUnder(directory, path)));
  }
  return paths;
}
