// Compiles the machine and writes it where the meter finds it: `npm run machine`. With --check it only says whether what is there
// is what these sources make, and ends with 1 when it is not.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const HERE = dirname(fileURLToPath(import.meta.url));
const TARGET = join(HERE, '../machine-code.ts');
/** 2 GiB, so that every offset is a number of 31 bits on either side. */
const PAGES_MAX = '32768';
const FLAGS = ['-O3', '--runtime', 'stub', '--use', 'abort=', '--noAssert', '--maximumMemory', PAGES_MAX];

async function compiled() {
  let binary;
  const problems = [];
  const { error } = await asc.main(['index.ts', '--outFile', 'machine.wasm', '--baseDir', HERE, ...FLAGS], {
    writeFile: (_name, contents) => {
      if (typeof contents !== 'string') binary = contents;
    },
    stderr: { write: (text) => problems.push(String(text)) },
  });
  if (error || binary === undefined) throw new Error(`${problems.join('')}${error?.message ?? ''}`);
  return Buffer.from(binary);
}

const code = `/** The machine, as \`npm run machine\` compiles it from assembly/: WebAssembly in URL-safe base64. */
export const MACHINE_CODE =
  '${(await compiled()).toString('base64url')}';
`;
if (!process.argv.includes('--check')) {
  writeFileSync(TARGET, code);
} else if (readFileSync(TARGET, 'utf8') !== code) {
  console.error('machine-code.ts is not what assembly/ makes: npm run machine');
  process.exitCode = 1;
}
