import { resolve } from 'node:path';

/** The folder with `vite.config.ts`, wherever the command is started. */
export const PROJECT_ROOT = resolve(import.meta.dirname, '../../..');

/** The demo programs, one folder each. */
export const PROGRAMS_FOLDER = resolve(PROJECT_ROOT, 'src/programs');
