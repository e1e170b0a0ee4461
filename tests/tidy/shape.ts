import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { broken, isGuestCode, lineOf, ROOT, type SourceFile } from './tree.ts';

const LINES_MAX = 300;
const FUNCTION_LINES_MAX = 60;
const WORKER_LINES_MAX = 40;
const ROOM_FILES_MAX = 8;
/** What nobody imports because the world starts with it. */
const ENTRIES = new Set(['src/main.ts', 'src/signaling.ts', 'src/grafos.ts', 'src/cli/main.ts']);
/** Doors for program authors, whose programs need not be here. */
const AUTHOR_DOORS = new Set(['src/collections/index.ts']);
/** Words that mark unfinished work, written so that this file does not contain them. */
const UNFINISHED = new RegExp(`\\b(?:${['FIX', 'ME'].join('')}|${['TO', 'DO'].join('')})\\b`);
const FOCUSED = /\b(?:describe|it|test|suite)(?:\.\w+)*\.only\b/;

/** Files, functions and worker entries that are too long. */
export function lengthProblems(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    const isWorker = file.path.startsWith('workers/');
    const max = isWorker ? WORKER_LINES_MAX : LINES_MAX;
    const remedy = isWorker
      ? 'Build one object and expose it; the rest belongs to src/browser.'
      : 'Split it by what it is about.';
    const tooLong =
      file.lineCount > max ? [broken(file.path, undefined, `${file.lineCount} lines, at most ${max}.`, remedy)] : [];
    return [...tooLong, ...functionProblems(file)];
  });
}

function functionProblems({ path, tree }: SourceFile): readonly string[] {
  // The callbacks of a test file are lists of cases, not functions one has to hold in mind at once.
  if (tree === undefined || path.startsWith('tests/')) return [];
  const problems: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) {
      const first = lineOf(tree, node);
      const lines = tree.getLineAndCharacterOfPosition(node.getEnd()).line + 2 - first;
      const rule = `a function of ${lines} lines, at most ${FUNCTION_LINES_MAX}.`;
      if (lines > FUNCTION_LINES_MAX) problems.push(broken(path, first, rule, 'Give its parts names of their own.'));
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return problems;
}

/** Folders with too many files, or without a door that says what is behind it. */
export function roomProblems(files: readonly SourceFile[]): readonly string[] {
  const rooms = new Map<string, SourceFile[]>();
  for (const file of files) {
    if (!file.path.startsWith('src/') || isGuestCode(file.path) || file.name.endsWith('.d.ts')) continue;
    rooms.set(file.folder, [...(rooms.get(file.folder) ?? []), file]);
  }
  return [...rooms].flatMap(([folder, inside]) => {
    const count = inside.filter(({ name }) => name !== 'index.ts').length;
    const crowded = broken(
      folder,
      undefined,
      `${count} files, at most ${ROOM_FILES_MAX}.`,
      'Make a room of some of them.',
    );
    return [...(count > ROOM_FILES_MAX ? [crowded] : []), ...indexProblems(folder, inside)];
  });
}

function indexProblems(folder: string, inside: readonly SourceFile[]): readonly string[] {
  // Where only the world enters, the entry is the door.
  if (inside.every(({ path }) => ENTRIES.has(path))) return [];
  const index = inside.find(({ name }) => name === 'index.ts');
  if (index === undefined)
    return [broken(folder, undefined, 'a room without index.ts.', 'Add one with its promises and exports.')];
  const header = /^\/\*\*([\s\S]*?)\*\//.exec(index.text)?.[1] ?? '';
  if (header.trim().length > 40) return [];
  return [broken(index.path, 1, 'a door without a sign.', 'Begin with a comment: what the room owns and promises.')];
}

/** `export *`, which hides what a room offers. */
export function exportProblems(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, tree }) =>
    (tree?.statements ?? [])
      .filter(
        (node) =>
          ts.isExportDeclaration(node) && (node.exportClause === undefined || ts.isNamespaceExport(node.exportClause)),
      )
      .map((node) => broken(path, tree && lineOf(tree, node), 'export *.', 'Name what is exported.')),
  );
}

/** Notes to oneself and focused tests. */
export function unfinishedProblems(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index): readonly string[] => {
      if (UNFINISHED.test(line))
        return [broken(path, index + 1, 'a note of unfinished work.', 'Do it, or open an issue.')];
      if (FOCUSED.test(line))
        return [broken(path, index + 1, 'a focused test.', 'Run one test with a filter instead.')];
      return [];
    }),
  );
}

/** Files of src that nothing reaches. */
export function deadProblems(files: readonly SourceFile[]): readonly string[] {
  const imported = new Set(files.flatMap(({ imports }) => imports.map(({ target }) => target)));
  return files
    .filter(({ path, name }) => path.startsWith('src/') && !isGuestCode(path) && !name.endsWith('.d.ts'))
    .filter(({ path }) => !ENTRIES.has(path) && !AUTHOR_DOORS.has(path) && !imported.has(path))
    .map(({ path }) => broken(path, undefined, 'nobody imports it.', 'Remove it, or use it.'));
}

/** Messages that the protocol's document does not mention. */
export function protocolProblems(files: readonly SourceFile[]): readonly string[] {
  const messages = files.find(({ path }) => path === 'src/wire/messages.ts');
  if (messages === undefined) return [];
  const documentPath = 'src/wire/PROTOCOL.md';
  let document: string;
  try {
    document = readFileSync(join(ROOT, documentPath), 'utf8');
  } catch {
    return [broken(documentPath, undefined, 'there is no such document.', 'The wire is a document first; write it.')];
  }
  const names = [...messages.text.matchAll(/'([a-z]+(?:\.[a-z-]+)+)'/g)].map(([, name = '']) => name);
  return [...new Set(names)]
    .filter((name) => !document.includes(name))
    .map((name) => broken(messages.path, undefined, `${documentPath} does not mention ${name}.`, 'Describe it there.'));
}
