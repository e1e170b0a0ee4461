/**
 * browser/programs owns the programs that a person brings to the page: it reads a directory, a `.grafos` file or what is at
 * an address, keeps bundles in this browser profile until they are removed, and promises that a refused one leaves nothing.
 */
export { openLoader, type ProgramLoader } from './loader.ts';
