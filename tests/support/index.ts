/**
 * tests/support owns the doubles that tests of several rooms share: manual time, seeded randomness, real keys without
 * threads, a signaling service in memory, an engine that follows a script. Nothing here waits for the real clock.
 */
export { helloKeyOf, link, testBoard, type BoardOptions, type TestBoard } from './boards.ts';
export { ScriptedEngine, ScriptedRun, type Script } from './engine.ts';
export { patternBytes, seededRandom, testEnv, type LogLine, type TestEnv } from './env.ts';
export { SECRET, testSecrecy } from './secrecy.ts';
export { SignalingHub } from './signaling.ts';
export { testSigner } from './signer.ts';
export { ManualTime, settle, START_WALL_MS } from './time.ts';
export { errorOf, idOf, present, valueOf } from './values.ts';
