import type { IncomingMessage, ServerResponse } from 'node:http';
import { toCommandError } from '../terminal/index.ts';

/** Every file the page fetches of the programs, by its path under `programs/`. */
export type ProgramFiles = ReadonlyMap<string, Uint8Array>;

/** Where the page finds them, relative to itself. */
export const PROGRAMS_PATH = '/programs/';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  json: 'application/json; charset=utf-8',
  wasm: 'application/wasm',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  bmp: 'image/bmp',
  txt: 'text/plain; charset=utf-8',
};

/** The programs as last built. Building again replaces all of them at once or, when it fails, says why. */
export class ProgramShelf {
  readonly #build: () => Promise<ProgramFiles>;
  #built: Promise<ProgramFiles>;
  #state: 'building' | 'ready' | 'failed' = 'building';
  #message: string | undefined;

  constructor(build: () => Promise<ProgramFiles>) {
    this.#build = build;
    this.#built = this.#start();
  }

  get state(): { readonly state: 'building' | 'ready' | 'failed'; readonly message?: string } {
    return { state: this.#state, ...(this.#message === undefined ? {} : { message: this.#message }) };
  }

  /** The files of the latest build. Rejects when it failed. */
  files(): Promise<ProgramFiles> {
    return this.#built;
  }

  /** Builds again, after the build in progress. Answers whether it succeeded. */
  async rebuild(): Promise<boolean> {
    const before = this.#built;
    this.#built = before.then(
      () => this.#start(),
      () => this.#start(),
    );
    const latest = this.#built;
    return latest.then(
      () => true,
      () => false,
    );
  }

  async #start(): Promise<ProgramFiles> {
    this.#state = 'building';
    this.#message = undefined;
    const built = this.#build();
    // Whoever asks for the files hears of a failure; nobody having asked yet is no reason to end the process.
    built.then(
      () => {
        this.#state = 'ready';
      },
      (error: unknown) => {
        this.#state = 'failed';
        this.#message = toCommandError(error).message;
      },
    );
    return built;
  }
}

/** Answers requests under `programs/` from the shelf; passes all others on. */
export function answerProgram(
  shelf: ProgramShelf,
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
): void {
  const path = decodedPath(request.url ?? '');
  if (!path.startsWith(PROGRAMS_PATH)) {
    next();
    return;
  }
  const name = path.slice(PROGRAMS_PATH.length);
  shelf.files().then(
    (files) => answerFile(response, name, files.get(name)),
    (error: unknown) => answerJson(response, 500, { error: toCommandError(error).failure }),
  );
}

function answerFile(response: ServerResponse, name: string, bytes: Uint8Array | undefined): void {
  if (bytes === undefined) {
    answerJson(response, 404, { error: { code: 'not_found', message: `There is no ${name} among the programs.` } });
    return;
  }
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  response.setHeader('Content-Type', MEDIA_TYPES[extension] ?? 'application/octet-stream');
  // A module is named after its content, so it never changes; everything else may.
  response.setHeader('Cache-Control', extension === 'wasm' ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.setHeader('Content-Length', bytes.length);
  response.end(bytes);
}

function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.end(JSON.stringify(body));
}

function decodedPath(url: string): string {
  const path = url.replace(/[?#].*$/, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
