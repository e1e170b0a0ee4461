/** A program on disk: laid out anew, looked through, and made into one file. */
export { bundle, readBundleFile } from './bundle.ts';
export { create } from './create.ts';
export { validate, validationProblems } from './validate.ts';
export { DIRECTORY_ARG } from './directory.ts';
