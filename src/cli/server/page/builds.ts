import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { stampOf } from './build-stamp.ts';

/** Builds of earlier sources that stay: a server that is running may still be giving them out. */
const BUILDS_KEPT = 3;
const STAMP_CHARACTERS = 16;
/** Not a build, or one that was cut short. */
const PARTIAL = '.part';
/** A build that was cut short is cleared away by the next one after this long; no build takes so long. */
const PARTIAL_MS_MAX = 600_000;

/** Where builds of the page are kept, and how one is made. */
export interface PageBuilds {
  /** The folder with `vite.config.ts`. */
  readonly root: string;
  /** The folder of builds, which may not be there yet. */
  readonly folder: string;
  readonly build: (outDir: string) => Promise<void>;
}

/** The folder with the page as the sources have it now, built unless it was before. Rejects as `build` does. */
export async function builtPage({ root, folder, build }: PageBuilds): Promise<string> {
  const outDir = join(folder, (await stampOf(root)).slice(0, STAMP_CHARACTERS));
  if (await isThere(join(outDir, 'index.html'))) {
    const now = new Date();
    await utimes(outDir, now, now).catch(() => undefined);
    return outDir;
  }
  await mkdir(folder, { recursive: true });
  const partial = `${outDir}.${process.pid}${PARTIAL}`;
  try {
    await build(partial);
    // Whoever was first with the same sources has made the same.
    await rename(partial, outDir).catch(async (error: unknown) => {
      if (!(await isThere(outDir))) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  await forgetOld(folder);
  return outDir;
}

async function forgetOld(folder: string): Promise<void> {
  const found = await Promise.all(
    (await readdir(folder)).map(async (name) => ({
      name,
      usedMs: (await stat(join(folder, name)).catch(() => undefined))?.mtimeMs ?? 0,
    })),
  );
  const builds = found.filter(({ name }) => !name.endsWith(PARTIAL));
  const old = builds.toSorted((left, right) => right.usedMs - left.usedMs).slice(BUILDS_KEPT);
  const oldestMs = Date.now() - PARTIAL_MS_MAX;
  const abandoned = found.filter(({ name, usedMs }) => name.endsWith(PARTIAL) && usedMs < oldestMs);
  await Promise.all([...old, ...abandoned].map(({ name }) => rm(join(folder, name), { recursive: true, force: true })));
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
