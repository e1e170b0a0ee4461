import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** All that a build of the page depends on, relative to the project. */
const SOURCES = [
  'src',
  'workers',
  'public',
  'index.html',
  'signaling.html',
  'vite.config.ts',
  'package.json',
  'node_modules/.package-lock.json',
];

/** Programs are built below their sources. */
const BUILT = `${sep}.grafos${sep}`;

/** Names the state of the sources by the size and the time of each file. */
export async function stampOf(root: string): Promise<string> {
  const listed = await Promise.all(SOURCES.map((source) => filesIn(join(root, source))));
  const paths = listed.flat().sort();
  const stats = await Promise.all(paths.map((path) => stat(path)));
  const hash = createHash('sha256');
  for (const [index, path] of paths.entries()) {
    const { size = 0, mtimeMs = 0 } = stats[index] ?? {};
    hash.update(`${path}\n${size}\n${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

async function filesIn(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return [];
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.includes(BUILT));
}
