import { readFile } from 'node:fs/promises';
import type { Bytes } from '../../../core/index.ts';
import { CommandError } from '../../terminal/index.ts';

/** The bytes of a module file. Fails with `file_unreadable`. */
export async function readModuleFile(path: string): Promise<Bytes> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw CommandError.of('file_unreadable', `${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

/** What the system said, without the path it repeats. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split(',')[0] ?? error.message) : String(error);
}
