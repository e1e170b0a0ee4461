/**
 * server owns everything a fabric needs from a server: the Vite plugin with isolation headers, policy, PeerServer,
 * programs and health, and starting it. It never sees a fabric's name or key; tabs only meet here.
 */
export { DEVELOPMENT_HEADERS, ISOLATION_HEADERS, PAGE_POLICY, PRODUCTION_HEADERS } from './headers.ts';
export { HEALTH_PATH, type Health } from './health.ts';
export { launchServer, type LaunchOptions, type RunningServer } from './launch.ts';
export { SERVER_LIMITS, SIGNALING_LIMITS } from './limits.ts';
export { grafosServer, type ServerPluginOptions } from './plugin.ts';
export { buildPrograms, ProgramShelf, type BuiltPrograms, type ProgramFile } from './site/index.ts';
export { SIGNALING_PATH, startSignaling, type Signaling } from './signaling.ts';
