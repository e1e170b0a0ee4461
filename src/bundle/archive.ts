import { BUNDLE_LIMITS, concatBytes, equalBytes, err, ok, type Bytes, type Result } from '../core/index.ts';
import { BLOCK_BYTES, headerOf, isArchive, readHeader } from './header.ts';
import { pathProblem, PathSet } from './path.ts';
import { problem, type BundleProblem } from './problem.ts';

/** The files of a bundle by path. */
export type BundleFiles = ReadonlyMap<string, Bytes>;

/** What a file that is no bundle begins with, and what it is then. */
const OTHER_FILES: readonly (readonly [readonly number[], string])[] = [
  [[0x1f, 0x8b], 'it is compressed with gzip'],
  [[0x50, 0x4b], 'it is a zip archive'],
  [[0x00, 0x61, 0x73, 0x6d], 'it is a WebAssembly module'],
];

/**
 * The files as one: a ustar archive of plain files in the order of their paths, without times or owners, so that the
 * same files are the same bytes everywhere. Refuses paths and sizes that {@link readArchive} would.
 */
export function writeArchive(files: BundleFiles): Result<Bytes, BundleProblem> {
  const paths = [...files.keys()].sort(byCodeUnits);
  const beside = new PathSet();
  const parts: Uint8Array[] = [];
  for (const path of paths) {
    const bytes = files.get(path) ?? new Uint8Array();
    const found = pathProblem(path) ?? beside.add(path) ?? sizeProblem(path, bytes.length);
    if (found !== undefined) return err(found);
    parts.push(headerOf(path, bytes.length), bytes, new Uint8Array(paddingOf(bytes.length)));
  }
  if (paths.length > BUNDLE_LIMITS.filesMax) return err(tooMany());
  parts.push(new Uint8Array(2 * BLOCK_BYTES));
  const sizeBytes = parts.reduce((sum, { length }) => sum + length, 0);
  const large = bundleSizeProblem(sizeBytes);
  return large === undefined ? ok(concatBytes(...parts)) : err(large);
}

/**
 * The files of an archive as {@link writeArchive} writes it; any other is refused, with the first thing that is wrong.
 * Nothing is allocated for what the archive only claims: its files are parts of `bytes`.
 */
export function readArchive(bytes: Bytes): Result<BundleFiles, BundleProblem> {
  const large = bundleSizeProblem(bytes.length);
  if (large !== undefined) return err(large);
  const strange = strangeness(bytes);
  if (strange !== undefined) return err(problem('not_a_bundle', `this is no bundle: ${strange}`));
  const files = new Map<string, Bytes>();
  const beside = new PathSet();
  let last = '';
  for (let at = 0; ;) {
    const block = bytes.subarray(at, at + BLOCK_BYTES);
    if (block.length < BLOCK_BYTES)
      return err(problem('cut_short', `the bundle ends after ${bytes.length} bytes, without its end mark`));
    if (block.every((byte) => byte === 0)) return endsAt(bytes, at) ?? ok(files);
    const entry = readHeader(block, at);
    if (!entry.ok) return entry;
    const { path, sizeBytes } = entry.value;
    const found = pathProblem(path) ?? beside.add(path) ?? sizeProblem(path, sizeBytes) ?? orderProblem(last, path);
    if (found !== undefined) return err(found);
    if (!equalBytes(block, headerOf(path, sizeBytes))) return err(headerProblem(path));
    if (files.size === BUNDLE_LIMITS.filesMax) return err(tooMany());
    const start = at + BLOCK_BYTES;
    at = start + sizeBytes + paddingOf(sizeBytes);
    if (at > bytes.length) {
      return err(problem('cut_short', `the bundle ends at byte ${bytes.length}, but ${path} reaches to byte ${at}`));
    }
    if (bytes.subarray(start + sizeBytes, at).some((byte) => byte !== 0)) {
      return err(problem('not_canonical', `there are bytes between the end of ${path} and what follows it`));
    }
    files.set(path, bytes.slice(start, start + sizeBytes));
    last = path;
  }
}

/** What kind of file this is, when it does not begin as a bundle does. */
function strangeness(bytes: Bytes): string | undefined {
  if (bytes.length === 0) return 'it is empty';
  const other = OTHER_FILES.find(([start]) => start.every((byte, index) => bytes[index] === byte));
  if (other !== undefined) return other[1];
  const isZero = bytes.subarray(0, BLOCK_BYTES).every((byte) => byte === 0);
  if (isZero && bytes.length >= BLOCK_BYTES) return undefined;
  return isArchive(bytes) ? undefined : 'it does not begin as a tar archive does';
}

function endsAt(bytes: Bytes, at: number): Result<never, BundleProblem> | undefined {
  const rest = bytes.subarray(at);
  if (rest.length < 2 * BLOCK_BYTES) {
    return err(problem('cut_short', `the bundle ends after ${bytes.length} bytes, inside its end mark`));
  }
  if (rest.length === 2 * BLOCK_BYTES && rest.every((byte) => byte === 0)) return undefined;
  return err(
    problem(
      'not_canonical',
      `there are ${rest.length - 2 * BLOCK_BYTES} bytes after the end mark of the bundle, or the mark is not of zeros`,
    ),
  );
}

function headerProblem(path: string): BundleProblem {
  return problem('not_canonical', `the header of ${path} holds a time, an owner, a mode or something else of its own`);
}

function orderProblem(last: string, path: string): BundleProblem | undefined {
  if (last === '' || byCodeUnits(last, path) < 0) return undefined;
  return problem('not_canonical', `${path} stands behind ${last}; files stand in the order of their paths`);
}

function sizeProblem(path: string, sizeBytes: number): BundleProblem | undefined {
  const { fileBytesMax } = BUNDLE_LIMITS;
  if (sizeBytes <= fileBytesMax) return undefined;
  return problem('file_too_large', `${path} has ${sizeBytes} bytes; a file of a bundle has at most ${fileBytesMax}`);
}

/** Why a file of this size is no bundle: what whoever reads one asks before it does. */
export function bundleSizeProblem(sizeBytes: number): BundleProblem | undefined {
  if (sizeBytes <= BUNDLE_LIMITS.bytesMax) return undefined;
  return problem('too_large', `the bundle has ${sizeBytes} bytes; at most ${BUNDLE_LIMITS.bytesMax} are read`);
}

function tooMany(): BundleProblem {
  return problem('files_too_many', `the bundle holds more than ${BUNDLE_LIMITS.filesMax} files`);
}

function byCodeUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function paddingOf(sizeBytes: number): number {
  return (BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES;
}
