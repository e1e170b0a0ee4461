import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buildCatalog, findPrograms, formatBuildProblem, type CatalogFile } from '../build/index.ts';
import { toCommandError } from '../terminal/index.ts';

/** Where the page finds the programs, relative to itself. */
const PROGRAMS_PATH = '/programs/';

/** One file that the page fetches. */
export interface ProgramFile {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** The programs as the page gets them. */
export interface BuiltPrograms {
  /** By path relative to the page, such as `programs/catalog.json`, not percent-encoded. */
  readonly files: ReadonlyMap<string, ProgramFile>;
  /** Why some programs are missing, one line each, as `file:line:column: message`. */
  readonly problems: readonly string[];
}

/** Builds every program directly under `parent` and reads all there is to serve of them. */
export async function buildPrograms(parent: string): Promise<BuiltPrograms> {
  const catalog = await buildCatalog(await findPrograms(parent));
  const files = await Promise.all(
    [...catalog.files].map(async ([url, file]): Promise<[string, ProgramFile]> => [
      decodeURIComponent(url),
      { mediaType: file.mediaType, bytes: await bytesOf(file) },
    ]),
  );
  return { files: new Map(files), problems: catalog.problems.map(formatBuildProblem) };
}

function bytesOf(file: CatalogFile): Promise<Uint8Array> {
  return file.kind === 'bytes' ? Promise.resolve(file.bytes) : readFile(file.path);
}

/** What became of the latest build. Programs that build are served even when another one does not. */
export interface ShelfState {
  readonly state: 'building' | 'ready' | 'failed';
  /** Why something is missing. */
  readonly problems: readonly string[];
}

/** The programs as last built. Building again replaces all of them at once. */
export class ProgramShelf {
  readonly #build: () => Promise<BuiltPrograms>;
  #built: Promise<BuiltPrograms>;
  #state: ShelfState = { state: 'building', problems: [] };

  constructor(build: () => Promise<BuiltPrograms>) {
    this.#build = build;
    this.#built = this.#start();
  }

  get state(): ShelfState {
    return this.#state;
  }

  /** The latest build, which may still be in progress. A build that throws leaves no files and its message. */
  built(): Promise<BuiltPrograms> {
    return this.#built;
  }

  /** Builds again, after the build in progress. */
  rebuild(): Promise<BuiltPrograms> {
    this.#built = this.#built.then(() => this.#start());
    return this.#built;
  }

  async #start(): Promise<BuiltPrograms> {
    this.#state = { state: 'building', problems: [] };
    const built = await this.#build().catch((error: unknown): BuiltPrograms => {
      return { files: new Map(), problems: [toCommandError(error).message] };
    });
    this.#state = { state: built.problems.length === 0 ? 'ready' : 'failed', problems: built.problems };
    return built;
  }
}

/** Answers requests under `programs/` from the shelf; passes all others on. */
export function answerProgram(
  shelf: ProgramShelf,
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
): void {
  const path = decodedPath(request.url ?? '');
  if (!path.startsWith(PROGRAMS_PATH)) {
    next();
    return;
  }
  const name = path.slice(1);
  shelf.built().then(({ files, problems }) => {
    const file = files.get(name);
    if (file === undefined) answerMissing(response, name, problems);
    else answerFile(response, file);
  }, next);
}

function answerFile(response: ServerResponse, file: ProgramFile): void {
  response.setHeader('Content-Type', file.mediaType);
  // A module is named after its content, so it never changes; everything else may.
  const isModule = file.mediaType === 'application/wasm';
  response.setHeader('Cache-Control', isModule ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.setHeader('Content-Length', file.bytes.length);
  response.end(file.bytes);
}

function answerMissing(response: ServerResponse, name: string, problems: readonly string[]): void {
  const message = [`There is no ${name}.`, ...problems].join(' ');
  response.statusCode = 404;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.end(JSON.stringify({ error: { code: 'not_found', message } }));
}

function decodedPath(url: string): string {
  const path = url.replace(/[?#].*$/, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
