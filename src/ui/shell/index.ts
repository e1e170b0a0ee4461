/**
 * shell is the frame of the page: the way in, what this browser can offer, and the header with invitation and exit.
 * It knows a fabric's name and link, not what happens in it.
 */
export { AppHeader, nameProblem } from './app-header.ts';
export { InviteDialog, isLoopback, selectAll } from './invite-dialog.ts';
export { LandingView } from './landing-view.ts';
export { loom, loomStyle } from './loom.ts';
export { PreflightPanel, preflightSummary } from './preflight-panel.ts';
