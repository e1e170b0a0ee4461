import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import * as v from 'valibot';

/** Put together here, so that the type checker does not follow it to those declarations. */
const ASC_MODULE = ['assemblyscript', 'asc'].join('/');

/**
 * The part of the AssemblyScript compiler's interface that the build uses. Its own declarations also redeclare the
 * language's globals (`Array.at`, `isInteger`, …) for everything compiled beside them, so they stay out.
 */
export interface Asc {
  main(args: readonly string[], options: AscOptions): Promise<{ readonly error: Error | null }>;
  createMemoryStream(): unknown;
}

export interface AscOptions {
  readonly stdout: unknown;
  readonly stderr: unknown;
  readFile(name: string): string | null | Promise<string | null>;
  writeFile(name: string, contents: Uint8Array | string): void;
  listFiles(): readonly string[];
  reportDiagnostic(diagnostic: AscDiagnostic): void;
  /** Classes: the compiler sets `binaryen` on their prototype and makes an instance of each. */
  readonly transforms: readonly (new () => { afterCompile(module: CompiledModule): void })[];
}

export interface AscDiagnostic {
  readonly message: string;
  /** 3 is an error. */
  readonly category: number;
  readonly range: { readonly start: number; readonly source: { readonly normalizedPath: string } } | null;
}

/** Binaryen's view of a compiled module, as far as a transform changes it. Types and expressions are numbers. */
export interface CompiledModule {
  readonly local: { get(index: number, type: number): number };
  block(label: string | null, children: readonly number[]): number;
  call(name: string, operands: readonly number[], type: number): number;
  addFunction(name: string, params: number, results: number, locals: readonly number[], body: number): unknown;
  addFunctionExport(internalName: string, externalName: string): unknown;
  removeExport(externalName: string): void;
}

/** What the compiler puts on a transform before calling it. */
export interface BinaryenTools {
  readonly i32: number;
  readonly none: number;
  readonly createType: (types: readonly number[]) => number;
}

/** Loads the compiler, which takes about half a second: only a build that has something to compile pays for it. */
export async function loadAsc(): Promise<Asc> {
  const loaded: unknown = await import(ASC_MODULE);
  if (!isAsc(loaded)) throw new TypeError('assemblyscript/asc does not have the interface the build was written for');
  return loaded;
}

/** The compiler's version, without loading it. */
export async function ascVersion(): Promise<string> {
  const path = createRequire(import.meta.url).resolve('assemblyscript/package.json');
  return v.parse(v.object({ version: v.string() }), JSON.parse(await readFile(path, 'utf8'))).version;
}

function isAsc(value: unknown): value is Asc {
  const isRecord = typeof value === 'object' && value !== null && 'main' in value && 'createMemoryStream' in value;
  return isRecord && typeof value.main === 'function' && typeof value.createMemoryStream === 'function';
}
