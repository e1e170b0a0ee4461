import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import type { Kernel } from './index.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const CACHE = join(HERE, '../../.grafos/kernels');

/** `mvp` leaves out every later feature, for peers that know none; `current` is how a tasklet is built. */
export type KernelVariant = 'current' | 'mvp';

const FLAGS = ['--runtime', 'stub', '-O3', '--use', 'abort='];
const MVP_FLAGS = ['sign-extension', 'nontrapping-f2i', 'bulk-memory'].flatMap((name) => ['--disable', name]);

/** The kernel's binary, or undefined when it is WAT and `wat2wasm` is not installed. */
export async function buildKernel(kernel: Kernel, variant: KernelVariant = 'current'): Promise<Buffer | undefined> {
  const source = readFileSync(join(HERE, kernel.source), 'utf8');
  return kernel.source.endsWith('.wat')
    ? cached([source], () => Promise.resolve(assemble(source)))
    : buildSource(source, variant);
}

/** The binary of AssemblyScript `source`. Throws with the compiler's words when it does not compile. */
export async function buildSource(source: string, variant: KernelVariant = 'current'): Promise<Buffer> {
  const flags = variant === 'mvp' ? [...FLAGS, ...MVP_FLAGS] : FLAGS;
  const built = await cached([source, ...flags], () => compile(source, flags));
  if (built === undefined) throw new Error('the compiler answered nothing');
  return built;
}

async function cached(key: readonly string[], build: () => Promise<Buffer | undefined>): Promise<Buffer | undefined> {
  const name = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 32);
  const path = join(CACHE, `${name}.wasm`);
  if (existsSync(path)) return readFileSync(path);
  const bytes = await build();
  if (bytes === undefined) return undefined;
  mkdirSync(CACHE, { recursive: true });
  // Test files run in several processes: each writes a file of its own and moves it into place.
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, bytes);
  renameSync(draft, path);
  return bytes;
}

async function compile(source: string, flags: readonly string[]): Promise<Buffer> {
  let binary: Uint8Array | undefined;
  const errors: string[] = [];
  const { error } = await asc.main(['kernel.ts', '--outFile', 'kernel.wasm', ...flags], {
    readFile: (name) => (name === 'kernel.ts' ? source : null),
    writeFile: (_name, contents) => {
      if (typeof contents !== 'string') binary = contents;
    },
    listFiles: () => [],
    stderr: { write: (text) => errors.push(String(text)) },
  });
  if (error || binary === undefined) throw new Error(`${errors.join('')}${error?.message ?? ''}`);
  return Buffer.from(binary);
}

/** Runs wabt's assembler when it is there: WAT kernels are extra, not required. */
function assemble(source: string): Buffer | undefined {
  try {
    return execFileSync('wat2wasm', ['-', '--output=-'], { input: source, stdio: ['pipe', 'pipe', 'inherit'] });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
