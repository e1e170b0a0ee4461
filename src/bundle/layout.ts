/** What a file of a program's directory is to its bundle. */
export type FileRole =
  | { readonly kind: 'manifest' | 'readme' | 'report' | 'source' }
  | { readonly kind: 'module'; readonly hash: string }
  | { readonly kind: 'fixture'; readonly name: string }
  | { readonly kind: 'expectation'; readonly tasklet: string; readonly file: string };

export const MANIFEST_PATH = 'grafos.toml';
export const REPORT_PATH = '.grafos/validation.json';
const README_PATH = 'README.md';

/** The place of a built module. */
export function modulePath(hash: string): string {
  return `.grafos/tasklets/${hash}.wasm`;
}

/** What the file at `path`, relative to the program's directory, is; undefined when it has no place in a bundle. */
export function roleOf(path: string): FileRole | undefined {
  if (path === MANIFEST_PATH) return { kind: 'manifest' };
  if (path === README_PATH) return { kind: 'readme' };
  if (path === REPORT_PATH) return { kind: 'report' };
  const hash = /^\.grafos\/tasklets\/([0-9a-f]{64})\.wasm$/.exec(path)?.[1];
  if (hash !== undefined) return { kind: 'module', hash };
  const [first, second = '', third = '', fourth = '', ...deeper] = path.split('/');
  if (path.split('/').some((part) => part.startsWith('.'))) return undefined;
  if (first === 'src' && second !== '') return { kind: 'source' };
  if (first !== 'fixtures' || deeper.length > 0) return undefined;
  if (third === '' && second !== '') return { kind: 'fixture', name: second };
  if (second === 'expected' && third !== '' && fourth !== '')
    return { kind: 'expectation', tasklet: third, file: fourth };
  return undefined;
}

const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  ['bin', 'application/octet-stream'],
  ['bmp', 'image/bmp'],
  ['csv', 'text/csv'],
  ['gif', 'image/gif'],
  ['jpeg', 'image/jpeg'],
  ['jpg', 'image/jpeg'],
  ['json', 'application/json'],
  ['md', 'text/markdown'],
  ['png', 'image/png'],
  ['ppm', 'image/x-portable-pixmap'],
  ['txt', 'text/plain'],
  ['wasm', 'application/wasm'],
  ['webp', 'image/webp'],
]);

/** The media type that a file's name promises; `application/octet-stream` when it promises none. */
export function mediaTypeOf(fileName: string): string {
  const extension = /[^/]\.([^./]+)$/.exec(fileName)?.[1]?.toLowerCase();
  return MEDIA_TYPES.get(extension ?? '') ?? 'application/octet-stream';
}
