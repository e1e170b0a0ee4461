/**
 * browser owns finding, installing and driving Chromium: real tabs of separate profiles, each a cell. It talks to the
 * page only through `window.grafos`. Every wait has a deadline and every failure is a `CommandError`.
 */
export { Deadline } from './deadline.ts';
export { findBrowser, type FoundBrowser } from './find.ts';
export { CONTEXT_PERMISSIONS, launchArguments, launchBrowser } from './launch.ts';
export { BROWSER_LIMITS } from './limits.ts';
export { installAnswer, type PageAnswer, type StartedProgram, type PageDoor } from './page-door.ts';
export {
  answered,
  foundFabric,
  joinFabric,
  keepStewardKey,
  leaveFabric,
  openTab,
  programsOf,
  snapshotOf,
  type Tab,
} from './tabs.ts';
