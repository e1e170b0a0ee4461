import { err, fromUtf8, ok, utf8, type Bytes, type Result } from '../core/index.ts';
import { NAME_BYTES, PREFIX_BYTES, splitPath } from './path.ts';
import { problem, type BundleProblem } from './problem.ts';

export const BLOCK_BYTES = 512;
/** Where the fields of a ustar header begin (POSIX.1-1988; see pax(1), "ustar Interchange Format"). */
const AT = { mode: 100, owner: 108, group: 116, size: 124, time: 136, checksum: 148, kind: 156, magic: 257 } as const;
const AT_DEVICES = 329;
const AT_PREFIX = 345;
const MAGIC = 'ustar';

const KINDS: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a device',
  '4': 'a device',
  '5': 'a folder entry',
  '6': 'a pipe',
};

/** What one entry of the archive says of its file. */
interface Entry {
  readonly path: string;
  readonly sizeBytes: number;
}

/** Whether this begins as an archive does. */
export function isArchive(bytes: Bytes): boolean {
  return textIn(bytes, AT.magic, MAGIC.length) === MAGIC;
}

/** Reads the header of the entry at byte `at`, which only a plain file may have. */
export function readHeader(block: Bytes, at: number): Result<Entry, BundleProblem> {
  if (numberIn(block, AT.checksum, 6) !== checksumOf(block)) {
    return err(problem('damaged', `the header at byte ${at} does not add up to its checksum`));
  }
  const [name, prefix] = [fieldText(block, 0, NAME_BYTES), fieldText(block, AT_PREFIX, PREFIX_BYTES)];
  if (name === undefined || prefix === undefined) {
    return err(problem('path_unsafe', `the name at byte ${at} is not UTF-8 text`));
  }
  const path = prefix === '' ? name : `${prefix}/${name}`;
  const kind = textIn(block, AT.kind, 1);
  if (kind !== '0') {
    return err(problem('not_a_file', `${JSON.stringify(path)} is ${KINDS[kind] ?? 'no plain file'}`));
  }
  const sizeBytes = numberIn(block, AT.size, 11);
  if (sizeBytes === undefined) return err(problem('damaged', `the size of ${JSON.stringify(path)} is not a number`));
  return ok({ path, sizeBytes });
}

/** The one header that a file of this name and size has. */
export function headerOf(path: string, sizeBytes: number): Bytes {
  const { prefix, name } = splitPath(path) ?? { prefix: '', name: '' };
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(utf8(name), 0);
  block.set(utf8('0000644\0'), AT.mode);
  block.set(utf8('0000000\0'), AT.owner);
  block.set(utf8('0000000\0'), AT.group);
  block.set(utf8(`${octal(sizeBytes, 11)}\0`), AT.size);
  block.set(utf8(`${octal(0, 11)}\0`), AT.time);
  block.set(utf8('0'), AT.kind);
  block.set(utf8(`${MAGIC}\x0000`), AT.magic);
  block.set(utf8('0000000\0'.repeat(2)), AT_DEVICES);
  block.set(utf8(prefix), AT_PREFIX);
  block.set(utf8(`${octal(checksumOf(block), 6)}\0 `), AT.checksum);
  return block;
}

/** The sum of a header's bytes, its own field counted as spaces. */
function checksumOf(block: Bytes): number {
  const SPACE = 0x20;
  const isOwn = (index: number): boolean => index >= AT.checksum && index < AT.kind;
  return block.reduce((sum, byte, index) => sum + (isOwn(index) ? SPACE : byte), 0);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

function numberIn(block: Bytes, at: number, digits: number): number | undefined {
  const text = textIn(block, at, digits);
  return /^[0-7]+$/.test(text) && text.length === digits ? Number.parseInt(text, 8) : undefined;
}

function textIn(bytes: Bytes, at: number, sizeBytes: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + sizeBytes));
}

/** A field up to its first zero; undefined when it is not text. */
function fieldText(block: Bytes, at: number, sizeBytes: number): string | undefined {
  const field = block.subarray(at, at + sizeBytes);
  const end = field.indexOf(0);
  return fromUtf8(end < 0 ? field : field.subarray(0, end));
}
