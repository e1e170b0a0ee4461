/**
 * commands owns what can be typed after `grafos`: one command a file, each answering its exit code. Results go to
 * standard output, everything else to standard error.
 */
export { demo } from './demo/index.ts';
export { checkOptions } from './options.ts';
export { serve } from './serve.ts';
