import ts from 'typescript';
import { broken, lineOf, roomOf, type SourceFile } from './tree.ts';

/** Rooms whose cells must run under the simulator's clock and seed: floors 0-6 and the simulator itself. */
const PURE_ROOMS = new Set([
  'core',
  'lease',
  'capability',
  'tasklet',
  'audit',
  'manifest',
  'bundle',
  'wire',
  'transport',
  'memory',
  'cell',
  'placement',
  'membership',
  'steward',
  'sdk',
  'collections',
  'services',
  'sim',
]);

const REMEDY = 'Take it from the injected Env (src/core/env.ts), or put it behind a port.';
/** The compiler refuses most host names in these rooms; these are part of the language and slip through. */
const BANNED_NAMES = new Set([
  'Intl',
  'FinalizationRegistry',
  'WeakRef',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'performance',
  'console',
  'crypto',
  'globalThis',
]);
const BANNED_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  Date: ['now', 'parse'],
  Math: ['random'],
  Atomics: ['wait', 'waitAsync'],
};

/** Time, chance and host names in rooms that must not know them. */
export function purityProblems(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, tree }) => {
    if (tree === undefined || !path.startsWith('src/') || !PURE_ROOMS.has(roomOf(path))) return [];
    const problems: string[] = [];
    const visit = (node: ts.Node): void => {
      const found = impurity(node);
      if (found !== undefined) problems.push(broken(path, lineOf(tree, node), `the pure zone uses ${found}.`, REMEDY));
      ts.forEachChild(node, visit);
    };
    visit(tree);
    return problems;
  });
}

function impurity(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const owner = node.expression.text;
    return BANNED_MEMBERS[owner]?.includes(node.name.text) === true ? `${owner}.${node.name.text}` : undefined;
  }
  if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'Date')
    return 'new Date';
  if (!ts.isIdentifier(node) || !BANNED_NAMES.has(node.text) || isOnlyAName(node)) return undefined;
  return node.text;
}

/** A member or a property that happens to be called so. */
function isOnlyAName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  const isNaming =
    ts.isPropertyAccessExpression(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isImportSpecifier(parent) ||
    ts.isExportSpecifier(parent);
  return isNaming && parent.name === node;
}
