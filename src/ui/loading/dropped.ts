import type { PickedFile } from '../../sdk/index.ts';

/** Files of a dropped directory that are looked at; a program has far fewer. */
const FILES_MAX = 20_000;
/** Folders in which nothing of a program lies, however much may lie there. */
const PASSED_OVER = new Set(['.git', 'node_modules']);

/** What was dropped: one file by itself, or the files of one directory by their paths within it. */
export async function droppedFiles(data: DataTransfer): Promise<readonly PickedFile[]> {
  // Items are good only until the event is over, entries for longer.
  const entries = [...data.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const [only] = entries;
  if (entries.length === 1 && only && isDirectory(only)) return filesUnder(only);
  return [...data.files].map((file) => ({ path: file.name, file }));
}

/** What was chosen: `webkitRelativePath` begins with the directory's own name. */
export function chosenFiles(files: FileList): readonly PickedFile[] {
  return [...files].map((file) => ({ path: file.webkitRelativePath.replace(/^[^/]*\//, '') || file.name, file }));
}

async function filesUnder(root: FileSystemDirectoryEntry): Promise<readonly PickedFile[]> {
  const files: PickedFile[] = [];
  const folders = [{ folder: root, prefix: '' }];
  for (let next = folders.pop(); next && files.length < FILES_MAX; next = folders.pop()) {
    for (const entry of await entriesOf(next.folder)) {
      const path = `${next.prefix}${entry.name}`;
      if (isFile(entry)) files.push({ path, file: await fileOf(entry) });
      else if (isDirectory(entry) && !PASSED_OVER.has(entry.name)) folders.push({ folder: entry, prefix: `${path}/` });
    }
  }
  return files;
}

/** Browsers hand out a hundred at a time, until there are none. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0 || found.length > FILES_MAX) return found;
    found.push(...some);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
