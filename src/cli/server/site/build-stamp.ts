import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

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

/** Names the state of the sources by the size and the time of each file. */
export async function stampOf(root: string): Promise<string> {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const path of (await filesIn(join(root, source))).sort()) {
      const { size, mtimeMs } = await stat(path);
      hash.update(`${path}\n${size}\n${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

/** Whether what lies in `outDir` was built, to the end, from these sources. */
export async function isBuilt(outDir: string, stamp: string): Promise<boolean> {
  const said = await readFile(fileOf(outDir), 'utf8').catch(() => '');
  const isThere = await stat(join(outDir, 'index.html')).then(
    () => true,
    () => false,
  );
  return isThere && said === stamp;
}

/** To be called before a build begins: until it is stamped, nothing may take it for whole. */
export function unstamp(outDir: string): Promise<void> {
  return rm(fileOf(outDir), { force: true });
}

export function writeStamp(outDir: string, stamp: string): Promise<void> {
  return writeFile(fileOf(outDir), stamp);
}

function fileOf(outDir: string): string {
  return `${outDir}.stamp`;
}

async function filesIn(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return [];
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
