import { join } from 'node:path';
import { defineConfig } from 'vite';

/** Serves the page over fakes: `npx vite --config tests/ui/preview/vite.preview.config.ts`, then open `/?scene=busy`. */
export default defineConfig({
  root: import.meta.dirname,
  cacheDir: join(import.meta.dirname, '../../../node_modules/.vite-ui-preview'),
  server: { port: 5290, strictPort: true, fs: { allow: [join(import.meta.dirname, '../../..')] } },
});
