/**
 * server owns everything a fabric needs from a server: the page, isolation headers and policy on every answer, a
 * PeerServer and a health report. It never sees a fabric's name or key; tabs only meet here.
 */
export { DEVELOPMENT_HEADERS, ISOLATION_HEADERS, PAGE_POLICY, PRODUCTION_HEADERS } from './headers.ts';
export { HEALTH_PATH, type Health } from './health.ts';
export { launchServer, type LaunchOptions, type RunningServer } from './launch.ts';
export { SERVER_LIMITS, SIGNALING_LIMITS } from './limits.ts';
export { startService, type Answering, type Service } from './service.ts';
export { SIGNALING_PATH, startSignaling, type Signaling } from './signaling.ts';
