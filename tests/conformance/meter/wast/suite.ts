/**
 * The official WebAssembly test suite as data: scripts converted by wabt's `wast2json`. The suite is not part of this
 * repository; see `findSuite` for where it is looked for.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** A constant as wast2json writes it: bits in decimal, a NaN pattern, a lane list, or the name of a reference. */
export interface WastValue {
  readonly type: string;
  readonly lane_type?: string;
  readonly value?: string | readonly string[];
}

export interface WastAction {
  readonly type: 'invoke' | 'get';
  readonly module?: string;
  readonly field: string;
  readonly args?: readonly WastValue[];
}

export type WastCommand = { readonly line: number } & (
  | { readonly type: 'module'; readonly filename: string; readonly name?: string }
  | { readonly type: 'register'; readonly as: string; readonly name?: string }
  | {
      readonly type: 'action' | 'assert_return' | 'assert_trap' | 'assert_exhaustion';
      readonly action: WastAction;
      /** The results: what they must be, or for a call that must not return, only their types. */
      readonly expected: readonly WastValue[];
    }
  | {
      readonly type: 'assert_invalid' | 'assert_malformed' | 'assert_unlinkable' | 'assert_uninstantiable';
      readonly filename: string;
      readonly module_type: 'binary' | 'text';
      readonly text: string;
    }
);

export interface WastScript {
  readonly name: string;
  readonly commands: readonly WastCommand[];
  bytesOf(filename: string): Uint8Array<ArrayBuffer>;
}

/** The folder with the `.wast` files, or why the suite cannot run here. */
export function findSuite(): { readonly folder: string } | { readonly missing: string } {
  const folder = process.env['GRAFOS_WASM_TESTSUITE'] ?? join(ROOT, '../shared/wasm-testsuite');
  if (!existsSync(folder)) {
    return {
      missing: 'the WebAssembly test suite is not here: point GRAFOS_WASM_TESTSUITE at a folder of .wast files',
    };
  }
  try {
    execFileSync('wast2json', ['--version'], { stdio: 'ignore' });
  } catch {
    return { missing: 'wast2json is not installed: it comes with wabt' };
  }
  return { folder };
}

export function scriptNames(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.wast'))
    .map((name) => name.slice(0, -'.wast'.length))
    .sort();
}

/** The script, or the converter's words when it cannot read it. */
export function loadScript(folder: string, name: string): WastScript | { readonly unreadable: string } {
  const drafts = join(ROOT, '.grafos/wast');
  mkdirSync(drafts, { recursive: true });
  const out = mkdtempSync(join(drafts, `${name}-`));
  try {
    const json = join(out, 'script.json');
    execFileSync('wast2json', ['--enable-tail-call', join(folder, `${name}.wast`), '-o', json], { stdio: 'pipe' });
    const { commands } = JSON.parse(readFileSync(json, 'utf8')) as { commands: readonly WastCommand[] };
    const files = new Map(readdirSync(out).map((file) => [file, new Uint8Array(readFileSync(join(out, file)))]));
    return { name, commands, bytesOf: (filename) => files.get(filename) ?? new Uint8Array() };
  } catch (error) {
    return { unreadable: error instanceof Error ? error.message : String(error) };
  } finally {
    rmSync(out, { recursive: true });
  }
}
