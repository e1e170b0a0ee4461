/** A program on disk: laid out anew, and looked through. */
export { create } from './create.ts';
export { validate } from './validate.ts';
