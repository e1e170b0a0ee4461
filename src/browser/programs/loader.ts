import {
  belongsInBundle,
  bundleSizeProblem,
  offeredProgram,
  packProgram,
  readBundle,
  type Bundle,
  type BundleProblem,
} from '../../bundle/index.ts';
import {
  BUNDLE_LIMITS,
  err,
  failure,
  type Bytes,
  type ContentHash,
  type FabricFailure,
  type Result,
} from '../../core/index.ts';
import type { LoadAnswer, LoadedProgram, PickedFile } from '../../sdk/index.ts';
import { openBundleStore, type BundleStore } from './bundle-store.ts';
import { fetchBundle } from './fetch-bundle.ts';

/** Programs that a person brings, one of each name. */
export interface ProgramLoader {
  /** Those of earlier, newest first. */
  kept(): Promise<readonly LoadedProgram[]>;
  /** A bundle by itself, or the files of a program's directory. */
  loadFiles(files: readonly PickedFile[]): Promise<LoadAnswer>;
  loadUrl(url: string): Promise<LoadAnswer>;
  remove(id: ContentHash): Promise<void>;
  /** What is at a URL of a loaded program; undefined when it is of none. */
  bytesAt(url: string): Bytes | undefined;
}

const PROBLEMS_SHOWN_MAX = 6;
const LONE_MANIFEST: FabricFailure = {
  ...failure('bundle_invalid', 'grafos.toml says what a program is, but is not all of it.'),
  recovery: 'Choose or drop the folder that it lies in.',
};

/** The loader of this page. */
export async function openLoader(): Promise<ProgramLoader> {
  return new PageLoader(await openBundleStore());
}

interface Loaded extends LoadedProgram {
  readonly files: ReadonlyMap<string, Bytes>;
}

class PageLoader implements ProgramLoader {
  readonly #store: BundleStore;
  readonly #loaded = new Map<ContentHash, Loaded>();

  constructor(store: BundleStore) {
    this.#store = store;
  }

  async kept(): Promise<readonly LoadedProgram[]> {
    for (const bytes of await this.#store.all()) {
      const read = readBundle(bytes);
      if (read.ok && !this.#loaded.has(read.value.id)) this.#offer(read.value, true);
    }
    return [...this.#loaded.values()];
  }

  async loadFiles(files: readonly PickedFile[]): Promise<LoadAnswer> {
    const [first] = files;
    if (files.length === 1 && first?.path === 'grafos.toml') return { ok: false, failure: LONE_MANIFEST };
    const isAlone = files.length === 1 && first?.path.includes('/') === false;
    try {
      return await this.#take(isAlone ? await bundleIn(first.file) : await packedFrom(files));
    } catch (thrown) {
      // Between being chosen and being read a file may be moved, or written to.
      return { ok: false, failure: failure('bundle_invalid', `A file could not be read: ${String(thrown)}`) };
    }
  }

  async loadUrl(url: string): Promise<LoadAnswer> {
    const fetched = await fetchBundle(url);
    return fetched.ok ? this.#take(readBundle(fetched.value)) : { ok: false, failure: fetched.error };
  }

  async remove(id: ContentHash): Promise<void> {
    const loaded = this.#loaded.get(id);
    this.#loaded.delete(id);
    for (const url of loaded?.files.keys() ?? []) URL.revokeObjectURL(url);
    await this.#store.remove(id);
  }

  bytesAt(url: string): Bytes | undefined {
    for (const { files } of this.#loaded.values()) {
      const bytes = files.get(url);
      if (bytes) return bytes;
    }
    return undefined;
  }

  async #take(read: Result<Bundle, readonly BundleProblem[]>): Promise<LoadAnswer> {
    if (!read.ok) return { ok: false, failure: failureOf(read.error) };
    const { id, bytes, program } = read.value;
    const known = this.#loaded.get(id);
    if (known) return { ok: true, loaded: known };
    const { name } = program.manifest.program;
    for (const older of [...this.#loaded.values()]) {
      if (older.program.name === name) await this.remove(older.id);
    }
    return { ok: true, loaded: this.#offer(read.value, await this.#store.put(id, bytes)) };
  }

  /** Gives every file a URL, by which the page shows it and runs begin. */
  #offer({ id, bytes, program }: Bundle, isKept: boolean): LoadedProgram {
    const files = new Map<string, Bytes>();
    const urlOf = (content: Bytes, type: string): string => {
      const url = URL.createObjectURL(new Blob([content], { type }));
      files.set(url, content);
      return url;
    };
    const offered = offeredProgram(program.manifest, {
      tasklets: program.tasklets.map(({ declared, module, bytes: content }) => {
        return { declared, module, url: urlOf(content, 'application/wasm') };
      }),
      fixtures: program.fixtures.map(({ name, mediaType, bytes: content }) => {
        return { name, mediaType, sizeBytes: content.length, url: urlOf(content, mediaType) };
      }),
    });
    const loaded = { id, program: offered, sizeBytes: bytes.length, isKept, files };
    this.#loaded.set(id, loaded);
    return loaded;
  }
}

async function bundleIn(file: PickedFile['file']): Promise<Result<Bundle, readonly BundleProblem[]>> {
  const large = bundleSizeProblem(file.size);
  return large ? err([large]) : readBundle(new Uint8Array(await file.arrayBuffer()));
}

/** Reads what belongs in a bundle and nothing else of a directory. */
async function packedFrom(picked: readonly PickedFile[]): Promise<Result<Bundle, readonly BundleProblem[]>> {
  const wanted = picked.filter(({ path }) => belongsInBundle(path));
  const large = bundleSizeProblem(wanted.reduce((sum, { file }) => sum + file.size, 0));
  if (large) return err([large]);
  const files = new Map<string, Bytes>();
  for (const { path, file } of wanted.slice(0, BUNDLE_LIMITS.filesMax + 1)) {
    files.set(path, new Uint8Array(await file.arrayBuffer()));
  }
  return packProgram(files);
}

/** Every problem, or the first of many, with what to do about the first. */
function failureOf(problems: readonly BundleProblem[]): FabricFailure {
  const shown = problems.slice(0, PROBLEMS_SHOWN_MAX).map(({ message }) => message);
  const more = problems.length - shown.length;
  const message = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
  return { ...failure('bundle_invalid', message), recovery: problems[0]?.recovery ?? '' };
}
