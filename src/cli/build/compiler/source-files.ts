import { readFile, realpath } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contentHash, utf8, type ContentHash } from '../../../core/index.ts';
import type { ManifestTasklet } from '../../../manifest/index.ts';

export const GUEST_DIRECTORY = fileURLToPath(new URL('../../../guest/', import.meta.url));
export const GUEST_PREFIX = 'node_modules/grafos-std/';
const SOURCE_LENGTH_MAX = 4 * 1024 * 1024;

/** A tasklet's place among the problems: which one, and the directory its files are named from. */
export interface TaskletPlace {
  readonly tasklet: ManifestTasklet;
  /** The file's name as a person would open it. */
  readonly fileName: (sourceName: string) => string;
}

/**
 * The sources a compilation may see: the program's own directory, `grafos-std`, and one generated entry. Nothing
 * outside them is readable, so a build cannot depend on the machine it runs on, and every read is remembered, so an
 * unchanged program need not be built again.
 */
export class SourceFiles {
  /** Name → hash of the text, or null for a name that was looked for and not there. */
  readonly reads = new Map<string, ContentHash | null>();
  readonly directory: string;
  private readonly texts = new Map<string, string>();

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Text of the file, or null when there is none that may be read. */
  async read(name: string): Promise<string | null> {
    const path = this.pathOf(name);
    const text = path === undefined ? null : await readInside(path.root, path.file);
    if (text !== null) this.texts.set(name, text);
    if (path !== undefined) this.reads.set(name, text === null ? null : contentHash(utf8(text)));
    return text;
  }

  /** Text of a file that has been read. */
  textOf(name: string): string | undefined {
    return this.texts.get(name);
  }

  /** Absolute path behind `name`, or undefined for a name outside the program and `grafos-std`. */
  pathOf(name: string): { readonly root: string; readonly file: string } | undefined {
    const normal = normalize(name).split(sep).join('/');
    if (normal.startsWith('../') || normal.startsWith('/')) return undefined;
    if (!normal.startsWith(GUEST_PREFIX)) return { root: this.directory, file: join(this.directory, normal) };
    return { root: GUEST_DIRECTORY, file: join(GUEST_DIRECTORY, normal.slice(GUEST_PREFIX.length)) };
  }
}

/** Follows no link out of `root`. */
async function readInside(root: string, file: string): Promise<string | null> {
  try {
    const [realRoot, realDirectory] = await Promise.all([realpath(root), realpath(dirname(file))]);
    if (realDirectory !== realRoot && !realDirectory.startsWith(realRoot + sep)) return null;
    const text = await readFile(file, 'utf8');
    return text.length > SOURCE_LENGTH_MAX ? null : text;
  } catch {
    return null; // missing, a directory, not readable: to a compiler all are "not there"
  }
}
