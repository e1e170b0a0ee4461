import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

/** The repository, as the house rules see it. Paths are relative to its root and written with slashes. */
export const ROOT = resolve(import.meta.dirname, '../..');

const FOLDERS = ['src', 'workers', 'tests'];
const SKIPPED = new Set(['node_modules', '.grafos', 'dist', 'fixtures', 'test-results']);

export interface Import {
  readonly line: number;
  /** As written. */
  readonly specifier: string;
  /** Path of the file it names; absent for a package. */
  readonly target?: string;
}

export interface SourceFile {
  readonly path: string;
  readonly folder: string;
  readonly name: string;
  readonly text: string;
  readonly lineCount: number;
  /** Absent for files that are not TypeScript of ours. */
  readonly tree?: ts.SourceFile;
  readonly imports: readonly Import[];
}

/** One broken rule, as a line that says where, what and what to do. */
export function broken(file: string, line: number | undefined, rule: string, remedy: string): string {
  return `${file}${line === undefined ? '' : `:${line}`}: ${rule} ${remedy}`;
}

/** Every source file under src, workers and tests. */
export function readTree(): readonly SourceFile[] {
  return FOLDERS.filter((folder) => existsSync(join(ROOT, folder))).flatMap((folder) => readFolder(folder));
}

/** AssemblyScript and modules in text form obey another language's rules; only their length is ours to judge. */
export function isGuestCode(path: string): boolean {
  return (
    /^src\/(guest|programs\/(?:[^/]+\/)+src|tasklet\/meter\/machine\/assembly)\//.test(path) ||
    path.startsWith('tests/kernels/assembly/')
  );
}

/** The first folder below src: `cell` for `src/cell/grant-desk.ts`; `main` and `workers` for what stands outside. */
export function roomOf(path: string): string {
  const [top = '', first = '', ...rest] = path.split('/');
  if (top !== 'src') return top;
  return rest.length === 0 ? 'main' : first;
}

export function lineOf(tree: ts.SourceFile, node: ts.Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
}

function readFolder(folder: string): readonly SourceFile[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : readFolder(path);
    return /\.(ts|mjs)$/.test(entry.name) ? [readSource(path)] : [];
  });
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const common = {
    path,
    folder: dirname(path),
    name: path.slice(path.lastIndexOf('/') + 1),
    text,
    lineCount: text.replace(/\n$/, '').split('\n').length,
  };
  if (isGuestCode(path)) return { ...common, imports: [] };
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  return { ...common, tree, imports: importsOf(tree, path) };
}

/** What a file names of other files: imports of every form, and `new URL('…', import.meta.url)`. */
function importsOf(tree: ts.SourceFile, path: string): readonly Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) found.push(toImport(specifier.text, path, lineOf(tree, specifier)));
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function specifierOf(node: ts.Node): ts.StringLiteralLike | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return literal(node.moduleSpecifier);
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? literal(node.argument.literal) : undefined;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return literal(node.arguments[0]);
  const isUrl = ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'URL';
  const url = isUrl ? literal(node.arguments?.[0]) : undefined;
  return url?.text.startsWith('.') === true && /\.(ts|mjs)$/.test(url.text) ? url : undefined;
}

function literal(node: ts.Node | undefined): ts.StringLiteralLike | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node : undefined;
}

function toImport(specifier: string, from: string, line: number): Import {
  if (!specifier.startsWith('.')) return { line, specifier };
  const target = relative(ROOT, resolve(ROOT, dirname(from), specifier.replace(/\?.*$/, '')));
  return { line, specifier, target: target.split(sep).join('/') };
}
