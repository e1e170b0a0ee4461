import { parse as parseToml, TomlError } from 'smol-toml';
import * as v from 'valibot';
import { err, ok, type Result } from '../core/index.ts';
import type { LeaseTier, NodeInput, ProgramLease, ProgramNode, TaskletRecovery } from '../sdk/index.ts';
import { checkGraph, waitsFor } from './graph-checks.ts';
import type { GraphNodeOutput } from './graph-schema.ts';
import { KeyPositions, type KeyPath, type Position } from './key-positions.ts';
import { nearestOf } from './nearest.ts';
import { inReadingOrder, type ManifestProblem, type ManifestProblemCode } from './problem.ts';
import { isTable, MANIFEST_KEYS, manifestSchema, type ManifestOutput } from './schema.ts';

const MANIFEST_LENGTH_MAX = 256 * 1024;
const TASKLETS_MAX = 64;
const SHOWN_VALUE_LENGTH_MAX = 60;
/** Tables whose keys are names that the author gives. */
const NAMED_TABLES: readonly (string | number)[] = ['tasklet', 'lease', 'graph'];
/** Valibot leaves these keys out of records without a word. */
const RESERVED_NAMES: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/** What a `grafos.toml` declares, with every default filled in. */
export interface Manifest {
  readonly program: ManifestProgram;
  readonly tasklets: readonly ManifestTasklet[];
  /** Memory that nodes share, by name. */
  readonly leases: readonly ManifestLease[];
  /** The nodes of the graph in an order in which they can run; empty when the tasklets have none. */
  readonly graph: readonly GraphNode[];
}

export type Priority = LeaseTier;
export type ManifestLease = ProgramLease;

/** One tasklet's place in the program. */
export interface GraphNode extends ProgramNode {
  /** Where its input, or else the node itself, stands in the manifest. */
  readonly position: Position;
}

export interface ManifestProgram {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly summary: string;
  readonly lesson: string;
}

export interface ManifestTasklet {
  readonly name: string;
  /** Path of the source, relative to the program directory: `.ts` (AssemblyScript), `.wat`, `.c`, `.rs` or `.wasm` (built). */
  readonly source: string;
  /** Name of the exported function, for AssemblyScript. */
  readonly functionName: string;
  readonly summary: string;
  readonly fuel: number;
  readonly memoryBytes: number;
  readonly deadlineMs: number;
  readonly leases: number;
  readonly outputType: string;
  readonly inputTypes: readonly string[];
  readonly priority: Priority;
  /** What to do about each failure, as far as the manifest says. */
  readonly recovery: TaskletRecovery;
  /** AssemblyScript only: `stub` never frees (small, fast), `incremental` collects garbage. */
  readonly runtime: 'stub' | 'incremental';
}

/** Reads the text of a `grafos.toml`. Answers every problem it has, in reading order. */
export function parseManifest(text: string): Result<Manifest, readonly ManifestProblem[]> {
  if (text.length > MANIFEST_LENGTH_MAX) {
    return err([{ code: 'too_large', message: `a manifest is at most ${MANIFEST_LENGTH_MAX} characters long` }]);
  }
  const document = readToml(text);
  if (!document.ok) return err([document.error]);
  const checks = new Checks(document.value, new KeyPositions(text));
  const manifest = checks.run();
  return manifest === undefined ? err(inReadingOrder(checks.problems)) : ok(manifest);
}

function readToml(text: string): Result<Readonly<Record<string, unknown>>, ManifestProblem> {
  try {
    return ok(parseToml(text));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = (error.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '');
    return err({ code: 'toml_syntax', message: `not TOML: ${reason}`, line: error.line, column: error.column });
  }
}

/** One key of a TOML document, under the names of the tables around it. */
export interface TomlEntry {
  /** Dotted, as `quota.cpu`. */
  readonly key: string;
  readonly value: unknown;
  readonly position?: Position;
}

/** Every key of any TOML document that holds no table of its own, in the order of the document. */
export function tomlEntries(text: string): Result<readonly TomlEntry[], ManifestProblem> {
  const document = readToml(text);
  if (!document.ok) return document;
  const positions = new KeyPositions(text);
  const entriesOf = (table: Readonly<Record<string, unknown>>, path: KeyPath): readonly TomlEntry[] =>
    Object.entries(table).flatMap(([name, value]): readonly TomlEntry[] => {
      const inside = [...path, name];
      if (isTable(value)) return entriesOf(value, inside);
      const position = positions.find(inside);
      return [{ key: inside.join('.'), value, ...(position === undefined ? {} : { position }) }];
    });
  return ok(entriesOf(document.value, []));
}

class Checks {
  readonly problems: ManifestProblem[] = [];
  private readonly document: Readonly<Record<string, unknown>>;
  private readonly positions: KeyPositions;

  constructor(document: Readonly<Record<string, unknown>>, positions: KeyPositions) {
    this.document = document;
    this.positions = positions;
  }

  run(): Manifest | undefined {
    this.checkUnknownKeys();
    this.checkGraphKeys();
    const parsed = v.safeParse(manifestSchema, this.document);
    if (!parsed.success) for (const issue of parsed.issues) this.addIssue(issue);
    if (parsed.success) this.checkTogether(parsed.output);
    return parsed.success && this.problems.length === 0 ? toManifest(parsed.output, this.positions) : undefined;
  }

  private checkUnknownKeys(): void {
    this.checkKeys(this.document, [], MANIFEST_KEYS.manifest);
    const { program, tasklet } = this.document;
    if (isTable(program)) this.checkKeys(program, ['program'], MANIFEST_KEYS.program);
    if (!isTable(tasklet)) return;
    for (const [name, table] of Object.entries(tasklet)) {
      if (isTable(table)) this.checkKeys(table, ['tasklet', name], MANIFEST_KEYS.tasklet);
      if (RESERVED_NAMES.includes(name))
        this.add('invalid_value', ['tasklet', name], 'is a name that JavaScript reserves');
      if (isTable(table) && isTable(table['recovery']))
        this.checkKeys(table['recovery'], ['tasklet', name, 'recovery'], MANIFEST_KEYS.recovery);
    }
  }

  private checkGraphKeys(): void {
    const { lease, graph } = this.document;
    for (const [name, table] of isTable(lease) ? Object.entries(lease) : []) {
      if (isTable(table)) this.checkKeys(table, ['lease', name], MANIFEST_KEYS.lease);
    }
    for (const [name, table] of isTable(graph) ? Object.entries(graph) : []) {
      if (!isTable(table)) continue;
      this.checkKeys(table, ['graph', name], MANIFEST_KEYS.node);
      const { input, leases } = table;
      if (isTable(input)) this.checkKeys(input, ['graph', name, 'input'], MANIFEST_KEYS.input);
      for (const each of Array.isArray(leases) ? leases : []) {
        if (isTable(each)) this.checkKeys(each, ['graph', name, 'leases'], MANIFEST_KEYS.nodeLease);
      }
    }
  }

  /** What the file says, before units are converted. */
  private valueAt(path: KeyPath): unknown {
    let value: unknown = this.document;
    for (const key of path) {
      if (Array.isArray(value)) value = value[Number(key)];
      else if (isTable(value)) value = value[key];
    }
    return value;
  }

  private checkKeys(table: Readonly<Record<string, unknown>>, path: KeyPath, known: readonly string[]): void {
    for (const key of Object.keys(table)) {
      if (known.includes(key)) continue;
      const nearest = nearestOf(key, known);
      const advice = nearest === undefined ? `valid here: ${known.join(', ')}` : `did you mean ${nearest}?`;
      this.add('unknown_key', [...path, key], `is not a key; ${advice}`, nearest);
    }
  }

  private addIssue(issue: v.BaseIssue<unknown>): void {
    const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
    if (issue.input === undefined) {
      this.add('missing_key', path, path.length === 1 ? `is missing: ${missingTable(path[0])}` : 'is missing');
      return;
    }
    const isName = path.length === 2 && NAMED_TABLES.includes(path[0] ?? '') && issue.path?.at(-1)?.origin === 'key';
    const written = isName || issue.message === 'must not be empty' ? '' : `, not ${shown(this.valueAt(path))}`;
    this.add(codeOf(issue), path, `${isName ? 'is named wrongly: a name ' : ''}${issue.message}${written}`);
  }

  /** What no single key can tell. */
  private checkTogether(output: ManifestOutput): void {
    checkGraph(output, (code, path, says, nearest) => this.add(code, path, says, nearest));
    const tasklets = Object.entries(output.tasklet);
    if (tasklets.length === 0) this.add('missing_key', ['tasklet'], `is empty: ${missingTable('tasklet')}`);
    if (tasklets.length > TASKLETS_MAX)
      this.add('out_of_range', ['tasklet'], `must hold at most ${TASKLETS_MAX} tasklets`);
    for (const [name, tasklet] of tasklets) {
      if (tasklet.source.endsWith('.ts')) continue;
      for (const key of ['function', 'runtime'] as const) {
        if (tasklet[key] === undefined) continue;
        this.add('invalid_value', ['tasklet', name, key], 'is for AssemblyScript sources only');
      }
    }
  }

  private add(code: ManifestProblemCode, path: KeyPath, says: string, nearest?: string): void {
    const key = path.join('.');
    this.problems.push({
      code,
      message: `${key} ${says}`,
      key,
      ...this.positions.find(path),
      ...(nearest === undefined ? {} : { nearest }),
    });
  }
}

function codeOf(issue: v.BaseIssue<unknown>): ManifestProblemCode {
  if (issue.kind === 'schema') return issue.type === 'picklist' ? 'invalid_value' : 'wrong_type';
  if (issue.type === 'check' && issue.message.startsWith('must be a table')) return 'wrong_type';
  return ['min_value', 'max_value', 'max_length'].includes(issue.type) ? 'out_of_range' : 'invalid_value';
}

function missingTable(key: string | number | undefined): string {
  return key === 'program' ? 'add [program] with name and version' : 'add [tasklet.<name>] with a source';
}

function shown(value: unknown): string {
  const text = typeof value === 'number' || value instanceof Date ? String(value) : JSON.stringify(value);
  return text.length > SHOWN_VALUE_LENGTH_MAX ? `${text.slice(0, SHOWN_VALUE_LENGTH_MAX)}…` : text;
}

function toManifest({ program, tasklet, lease, graph }: ManifestOutput, positions: KeyPositions): Manifest {
  return {
    program: { ...program, title: program.title ?? program.name },
    tasklets: Object.entries(tasklet).map(([name, declared]) => ({
      name,
      source: declared.source,
      functionName: declared.function ?? camelCase(name),
      summary: declared.summary,
      fuel: declared.fuel,
      memoryBytes: declared.memory,
      deadlineMs: declared.deadline,
      leases: declared.leases,
      outputType: declared.output,
      inputTypes: declared.inputs,
      priority: declared.priority,
      recovery: declared.recovery,
      runtime: declared.runtime ?? 'stub',
    })),
    leases: Object.entries(lease).map(([name, declared]) => ({
      name,
      sizeBytes: declared.size,
      ttlMs: declared.ttl,
      priority: declared.priority,
    })),
    graph: inOrder(Object.keys(graph), (name) => waitsFor(graph, name)).flatMap((name) => {
      const node = graph[name];
      return node === undefined ? [] : [toNode(name, node, waitsFor(graph, name), positions)];
    }),
  };
}

function toNode(name: string, node: GraphNodeOutput, after: readonly string[], positions: KeyPositions): GraphNode {
  const position = positions.find(['graph', name, 'input']) ?? { line: 1, column: 1 };
  const [source] = Object.entries(node.input ?? {}).filter(([, value]) => value !== undefined);
  const kind = (['fixture', 'fixtures', 'output', 'lease'] as const).find((each) => each === source?.[0]);
  const input: NodeInput = kind === undefined ? { kind: 'none' } : { kind, name: source?.[1] ?? '' };
  const leases = node.leases.map(({ lease, operations }) => ({ name: lease, operations }));
  return { name, tasklet: node.tasklet, after, isFannedOut: node['fan-out'], input, leases, position };
}

/** Whoever is waited for first, otherwise as written. There is no cycle. */
function inOrder(names: readonly string[], waits: (name: string) => readonly string[]): readonly string[] {
  const ordered = new Set<string>();
  const place = (name: string): void => {
    if (ordered.has(name)) return;
    for (const before of waits(name)) place(before);
    ordered.add(name);
  };
  for (const name of names) place(name);
  return [...ordered];
}

/** `line-count` declares the function `lineCount`. */
function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
