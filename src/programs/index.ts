/**
 * programs owns the demo programs, one folder each, laid out as any program is, and the catalog by which the page finds
 * them built. A program knows the profile it is written against and nothing of the page.
 */
export { loadCatalog } from './catalog.ts';
export { DEMO_NAMES, loadDemo, runProgram } from './demos.ts';
export { loadView, programOfLayout, VIEW_NAMES } from './views.ts';
