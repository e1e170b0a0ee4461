/**
 * What a browser loads before anything of a page shows: its entry script with all that it imports at once, compressed.
 * What is imported later, when somebody asks for it, does not count.
 */
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { row, type BenchGroup } from '../row.ts';

const GROUP = 'size';
const ROOT = resolve(import.meta.dirname, '../../..');
const ENTRIES = [
  { name: 'page entry script, gzip', entry: 'index', goal: '<= 90' },
  { name: 'sdk alone, gzip', entry: 'grafos', goal: '<= 45' },
] as const;

export const SIZE: BenchGroup = {
  name: GROUP,
  async run(report) {
    const built = await build({
      configFile: join(ROOT, 'vite.config.ts'),
      root: ROOT,
      logLevel: 'silent',
      build: { write: false },
    });
    const outputs = Array.isArray(built)
      ? built.flatMap(({ output }) => output)
      : 'output' in built
        ? built.output
        : [];
    const chunks = outputs.filter((output) => output.type === 'chunk');
    for (const { name, entry, goal } of ENTRIES) {
      const first = chunks.find((chunk) => chunk.isEntry && chunk.name === entry);
      if (!first) throw new Error(`there is no entry ${entry}`);
      const ours = sizeKb(first, chunks);
      report(row({ group: GROUP, name, ours, unit: 'KB', goal }));
    }
  },
};

function sizeKb(entry: Rolldown.OutputChunk, chunks: readonly Rolldown.OutputChunk[]): number {
  const loaded = new Set([entry]);
  for (const chunk of loaded) {
    for (const each of chunks) if (chunk.imports.includes(each.fileName)) loaded.add(each);
  }
  return [...loaded].reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length / 1_000, 0);
}
