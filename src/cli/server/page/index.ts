/**
 * page owns the built page on disk: builds kept by the sources that they were made of, and answering requests for their
 * files. A build is there whole or not at all.
 */
export { builtPage, type PageBuilds } from './builds.ts';
export { answerPageFile } from './files.ts';
