import { readFile } from 'node:fs/promises';
import type { Bytes } from '../../../core/index.ts';
import { CommandError, reasonOf } from '../../terminal/index.ts';

/** The bytes of a module file. Fails with `file_unreadable`. */
export async function readModuleFile(path: string): Promise<Bytes> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw CommandError.of('file_unreadable', `${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}
