/**
 * programs/house is what the views of programs have in common: they are drawn with the page's own look and parts, which a
 * program cannot import and need not copy, and call the same thing by the same words.
 */
export { cornerCanvas } from './corner-canvas.ts';
export { HouseView } from './house-view.ts';
export { cellName, endText, failureOf } from './words.ts';
