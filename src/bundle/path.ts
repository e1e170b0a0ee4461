import { BUNDLE_LIMITS, utf8 } from '../core/index.ts';
import { problem, type BundleProblem } from './problem.ts';

/** Control characters, and those that turn the reading direction and so can make one name look like another. */
const UNSEEN = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

/** What is wrong with a path as the name of a file in a bundle, on any system; undefined when nothing is. */
export function pathProblem(path: string): BundleProblem | undefined {
  const reason = unsafeReason(path);
  return reason === undefined ? undefined : problem('path_unsafe', `${JSON.stringify(path)} ${reason}`);
}

function unsafeReason(path: string): string | undefined {
  if (path === '') return 'is no name';
  if (UNSEEN.test(path)) return 'holds a control character';
  if (path.includes('\\')) return 'holds a backslash; paths are written with /';
  if (path.startsWith('/')) return 'is an absolute path';
  if (/^[A-Za-z]:/.test(path)) return 'begins with a drive letter';
  const parts = path.split('/');
  if (parts.includes('')) return 'has an empty part';
  if (parts.includes('..') || parts.includes('.')) return 'leads out of its place: it holds "." or ".."';
  if (parts.some((part) => /[. ]$/.test(part))) return 'has a part that ends in a dot or a space';
  const sizeBytes = utf8(path).length;
  if (sizeBytes <= BUNDLE_LIMITS.pathBytesMax && splitPath(path) !== undefined) return undefined;
  return `is too long for an archive: ${sizeBytes} bytes`;
}

/** A path as the two fields of a ustar header: whole where it fits, else cut at the first slash that makes it fit. */
export function splitPath(path: string): { readonly prefix: string; readonly name: string } | undefined {
  const fits = (text: string, sizeBytesMax: number): boolean => utf8(text).length <= sizeBytesMax;
  if (fits(path, NAME_BYTES)) return { prefix: '', name: path };
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (fits(name, NAME_BYTES)) return fits(prefix, PREFIX_BYTES) ? { prefix, name } : undefined;
  }
  return undefined;
}

export const NAME_BYTES = 100;
export const PREFIX_BYTES = 155;

/** Paths that can stand beside each other wherever they may be unpacked, letters of either case being the same. */
export class PathSet {
  /** By folded path, as it was written first; folders too. */
  readonly #files = new Map<string, string>();
  readonly #folders = new Map<string, string>();

  /** Why `path` cannot stand beside those before it. */
  add(path: string): BundleProblem | undefined {
    const key = folded(path);
    const same = this.#files.get(key);
    if (same === path) return collision(`${JSON.stringify(path)} is there twice`);
    if (same !== undefined) return collision(`${both(same, path)} differ only in the case of letters`);
    if (this.#folders.has(key)) return collision(`${JSON.stringify(path)} is both a file and a folder`);
    for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
      const folder = path.slice(0, at);
      const folderKey = folded(folder);
      const written = this.#folders.get(folderKey);
      if (written !== undefined && written !== folder) {
        return collision(`the folders ${both(written, folder)} differ only in the case of letters`);
      }
      if (this.#files.has(folderKey)) return collision(`${JSON.stringify(folder)} is both a file and a folder`);
      this.#folders.set(folderKey, folder);
    }
    this.#files.set(key, path);
    return undefined;
  }
}

function folded(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

function both(one: string, other: string): string {
  return `${JSON.stringify(one)} and ${JSON.stringify(other)}`;
}

function collision(message: string): BundleProblem {
  return problem('path_collides', message);
}
