/**
 * site owns what the server has to give: the programs, built when they are asked for, and whether the page lies there
 * built already.
 */
export { isBuilt, stampOf, unstamp, writeStamp } from './build-stamp.ts';
export { answerProgram, buildPrograms, ProgramShelf, type BuiltPrograms, type ProgramFile } from './programs.ts';
