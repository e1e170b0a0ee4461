/**
 * machine owns the part of the meter that looks at every byte of a module's code, which is written in AssemblyScript
 * (assembly/) because that is several times as fast, most of all the first time: its code, its memory, and what goes in and out.
 */
export { freshMachine, type Machine } from './instance.ts';
export { loadCalls, loadModule, readFacts, THREADED_BIT } from './load-module.ts';
