/**
 * layout owns the reading of a whole module outside of its function bodies, and the picture of where everything lies.
 * A layout that it answers is valid but for its bodies.
 */
export { readModule } from './read-module.ts';
export {
  SECTION,
  sectionName,
  type Code,
  type DataSegment,
  type ElementSegment,
  type Export,
  type ExternKind,
  type GlobalType,
  type Import,
  type LocalRun,
  type ModuleLayout,
  type Section,
  type TableType,
} from './layout.ts';
