import { build } from 'vite';

/**
 * One classic script of `entry` and all it imports, for a page without a server. What `entry` exports is at
 * `globalThis[name]`.
 */
export async function bundle(entry: URL, name: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, minify: true, lib: { entry: entry.pathname, formats: ['iife'], name } },
  });
  for (const output of Array.isArray(result) ? result : [result]) {
    if ('output' in output) return output.output[0].code;
  }
  throw new Error('the bundler watches instead of building');
}
