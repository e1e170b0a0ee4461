import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { contentHash, isContentHash, utf8, type Bytes, type ContentHash } from '../../core/index.ts';
import type { SourceFiles } from './compiler/index.ts';

const GENERATED_DIRECTORY = '.grafos';
const RECORD_FILE = 'build.json';

const hash = v.pipe(v.string(), v.check(isContentHash));
const recordSchema = v.object({
  /** Raised when the build itself changes what it makes of the same sources. */
  version: v.literal(1),
  /** By the hash of the request: everything besides the sources that the module depends on. */
  built: v.record(v.string(), v.object({ reads: v.record(v.string(), v.nullable(hash)), module: hash })),
});

/**
 * What `.grafos` under a program holds: modules by hash, and the record of what each was built from. A record that is
 * missing, damaged or of another version only means building again.
 */
export class BuildCache {
  private readonly directory: string;
  private readonly known: v.InferOutput<typeof recordSchema>['built'];
  private readonly next: v.InferOutput<typeof recordSchema>['built'] = {};

  private constructor(directory: string, known: v.InferOutput<typeof recordSchema>['built']) {
    this.directory = directory;
    this.known = known;
  }

  static async open(programDirectory: string): Promise<BuildCache> {
    const directory = join(programDirectory, GENERATED_DIRECTORY);
    await mkdir(join(directory, 'tasklets'), { recursive: true });
    return new BuildCache(directory, await readRecord(join(directory, RECORD_FILE)));
  }

  /** The module built for `request` from sources that still read the same, if it is there and whole: by this build or an earlier one. */
  async find(
    request: string,
    files: SourceFiles,
  ): Promise<{ module: ContentHash; sizeBytes: number; path: string } | undefined> {
    const key = contentHash(utf8(request));
    const entry = this.next[key] ?? this.known[key];
    if (entry === undefined || !isContentHash(entry.module)) return undefined;
    for (const [name, expected] of Object.entries(entry.reads)) {
      await files.read(name);
      if ((files.reads.get(name) ?? null) !== expected) return undefined;
    }
    const path = this.pathOf(entry.module);
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes === undefined || contentHash(bytes) !== entry.module) return undefined;
    this.next[key] = entry;
    return { module: entry.module, sizeBytes: bytes.length, path };
  }

  remember(request: string, files: SourceFiles, module: ContentHash): void {
    this.next[contentHash(utf8(request))] = { reads: Object.fromEntries(files.reads), module };
  }

  /** Writes a module under its name; answers its absolute path. */
  async write(name: ContentHash, module: Bytes): Promise<string> {
    await writeWhole(this.pathOf(name), module);
    return this.pathOf(name);
  }

  async save(): Promise<void> {
    const record = { version: 1, built: this.next };
    await writeWhole(join(this.directory, RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`);
  }

  private pathOf(module: ContentHash): string {
    return join(this.directory, 'tasklets', `${module}.wasm`);
  }
}

async function readRecord(path: string): Promise<v.InferOutput<typeof recordSchema>['built']> {
  try {
    return v.parse(recordSchema, JSON.parse(await readFile(path, 'utf8'))).built;
  } catch {
    return {};
  }
}

/** Two builds at once, or one cut short, never leave half a file under the final name. */
async function writeWhole(path: string, contents: Bytes | string): Promise<void> {
  const partial = `${path}.${process.pid}.${process.hrtime.bigint()}.part`;
  await writeFile(partial, contents);
  await rename(partial, path);
}
