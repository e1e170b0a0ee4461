/**
 * loading is how a person brings a program to the page and lets it go again. It collects files and addresses, has the
 * doors read them, and promises that a refusal is said where the program would have appeared.
 */
export { chosenFiles, droppedFiles } from './dropped.ts';
export { FileDrop } from './file-drop.ts';
export { LoadDesk } from './load-desk.ts';
export { LoadedNote } from './loaded-note.ts';
export { ProgramLoaderBox } from './program-loader.ts';
