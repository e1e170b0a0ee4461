import { extname } from 'node:path';

const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  ['.bin', 'application/octet-stream'],
  ['.bmp', 'image/bmp'],
  ['.csv', 'text/csv'],
  ['.gif', 'image/gif'],
  ['.jpeg', 'image/jpeg'],
  ['.jpg', 'image/jpeg'],
  ['.json', 'application/json'],
  ['.md', 'text/markdown'],
  ['.png', 'image/png'],
  ['.ppm', 'image/x-portable-pixmap'],
  ['.txt', 'text/plain'],
  ['.wasm', 'application/wasm'],
  ['.webp', 'image/webp'],
]);

/** The media type that a file's name promises; `application/octet-stream` when it promises none. */
export function mediaTypeOf(fileName: string): string {
  return MEDIA_TYPES.get(extname(fileName).toLowerCase()) ?? 'application/octet-stream';
}
