import { join } from 'node:path';
import { defineConfig } from 'vite';
import { buildPrograms, grafosServer } from './src/cli/vite/index.ts';

const root = import.meta.dirname;
/** How long a plugin took is nobody's concern who starts the page. */
const QUIET = { bundlerTimings: false, pluginTimings: false } as const;

export default defineConfig({
  root,
  // The built page works under any path of any static host.
  base: './',
  // A path that does not exist is an error, not the page.
  appType: 'mpa',
  plugins: [
    grafosServer({
      buildPrograms: () => buildPrograms(join(root, 'src/programs')),
      programSources: ['src/programs', 'src/guest'],
    }),
  ],
  worker: { format: 'es', rolldownOptions: { checks: QUIET } },
  // Packages that only a worker imports are found at once: found later, they would reload every open page.
  optimizeDeps: { entries: ['index.html', 'signaling.html', 'workers/*.ts'] },
  build: {
    target: 'esnext',
    outDir: 'dist',
    rolldownOptions: {
      checks: QUIET,
      input: {
        index: join(root, 'index.html'),
        signaling: join(root, 'signaling.html'),
        grafos: join(root, 'src/grafos.ts'),
      },
      // Pages without a bundler import the sdk by its name.
      preserveEntrySignatures: 'exports-only',
      output: { entryFileNames: ({ name }) => (name === 'grafos' ? 'grafos.js' : 'assets/[name]-[hash].js') },
    },
  },
});
