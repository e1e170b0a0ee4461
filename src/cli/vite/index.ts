/**
 * vite owns all that Vite does for the page: serving the sources while they change, and building them, with the programs.
 * It takes long to load, so whoever has a built page to serve does without.
 */
export { grafosServer, type ServerPluginOptions } from './plugin.ts';
export { buildPrograms, ProgramShelf, type BuiltPrograms, type ProgramFile } from './programs.ts';
export { buildPage, serveSources } from './with-vite.ts';
