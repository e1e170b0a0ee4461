import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isProgramName } from '../../manifest/index.ts';
import { CommandError, reasonOf } from '../terminal/index.ts';

const TEMPLATES = fileURLToPath(new URL('../../programs/templates/', import.meta.url));
/** What the templates call the program. */
const NAME = 'my-program';
/** Files that would mean something to this repository under their own names. */
const RENAMED: ReadonlyMap<string, string> = new Map([['gitignore', '.gitignore']]);
const WITH_NAME = new Set(['grafos.toml', 'README.md']);

export const LANGUAGES = ['assemblyscript', 'wat', 'c', 'rust'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Writes the program into `directory`; answers its files. Fails with `argument_invalid`, `directory_not_empty` or `file_unwritable`. */
export async function scaffold(directory: string, name: string, language: Language): Promise<readonly string[]> {
  if (!isProgramName(name)) {
    const rule = 'lower-case words joined by hyphens, such as my-program';
    throw CommandError.of('argument_invalid', `"${name}" cannot name a program: ${rule}.`);
  }
  const there = await readdir(directory).catch(() => []);
  if (there.length > 0) throw CommandError.of('directory_not_empty', `${directory} is not empty.`);
  const written: string[] = [];
  for (const template of ['common', language]) {
    for (const file of await filesUnder(join(TEMPLATES, template))) {
      const target = RENAMED.get(file) ?? file;
      await copy(join(TEMPLATES, template, file), join(directory, target), WITH_NAME.has(file) ? name : undefined);
      written.push(target);
    }
  }
  return written.sort();
}

/** Every file below `folder` by its path from there, but for what builds leave. */
async function filesUnder(folder: string, prefix = ''): Promise<readonly string[]> {
  const files: string[] = [];
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isFile()) files.push(path);
    else if (entry.isDirectory() && entry.name !== '.grafos') files.push(...(await filesUnder(folder, path)));
  }
  return files;
}

async function copy(from: string, to: string, name: string | undefined): Promise<void> {
  const bytes = await readFile(from);
  try {
    await mkdir(dirname(to), { recursive: true });
    await writeFile(to, name === undefined ? bytes : bytes.toString('utf8').replaceAll(NAME, name), { flag: 'wx' });
  } catch (error) {
    throw CommandError.of('file_unwritable', `${to} cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}
