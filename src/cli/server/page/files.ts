import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.bmp': 'image/bmp',
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.gif': 'image/gif',
  '.html': 'text/html; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.toml': 'application/toml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
};
const MEDIA_TYPE_OTHER = 'application/octet-stream';

/** What is named after its content never changes. */
const IMMUTABLE = /^assets\/|\.wasm$/;

/** Answers with a file of the built page in `folder`, or that there is none. It reads nothing outside of it. */
export async function answerPageFile(
  folder: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    answerText(response, 405, 'Only GET and HEAD are answered here.');
    return;
  }
  const name = fileNameOf(request.url ?? '');
  const path = name === undefined ? undefined : join(folder, name);
  const found = path === undefined ? undefined : await stat(path).catch(() => undefined);
  if (name === undefined || path === undefined || found?.isFile() !== true) {
    answerText(response, 404, 'There is no such file.');
    return;
  }
  const tag = `"${found.size.toString(16)}-${Math.floor(found.mtimeMs).toString(16)}"`;
  response.setHeader('ETag', tag);
  response.setHeader('Cache-Control', IMMUTABLE.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (request.headers['if-none-match'] === tag) {
    response.statusCode = 304;
    response.end();
    return;
  }
  response.setHeader('Content-Type', MEDIA_TYPES[extname(name).toLowerCase()] ?? MEDIA_TYPE_OTHER);
  response.setHeader('Content-Length', found.size);
  if (request.method === 'HEAD') response.end();
  else
    createReadStream(path)
      .on('error', () => response.destroy())
      .pipe(response);
}

/** The file that a URL asks for, relative to the page's folder; undefined when it cannot be one of it. */
function fileNameOf(url: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(url.replace(/[?#].*$/, ''));
  } catch {
    return undefined;
  }
  if (!path.startsWith('/') || path.includes('\0') || path.includes('\\')) return undefined;
  const name = normalize(path.endsWith('/') ? `${path}index.html` : path).slice(1);
  // Hidden files are nobody's to read, and a path that climbs begins with a dot as well.
  return name.split(sep).some((part) => part.startsWith('.')) ? undefined : name.split(sep).join('/');
}

function answerText(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.end(text);
}
