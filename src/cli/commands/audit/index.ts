/**
 * commands/audit owns `grafos audit …`: checking an exported audit chain. It needs no browser, no key and no network,
 * and trusts nothing in the file.
 */
export { verify } from './verify.ts';
