/**
 * ports owns the twins of a cell's doors in simulated time: engine, signer, store, audit and signaling. They keep the ports'
 * promises and nothing more, so that a cell that relies on more is found out.
 */
export { SimAudit } from './sim-audit.ts';
export { SimEngine, SimRun, type EngineWatch } from './sim-engine.ts';
export { SimKept, type Play } from './sim-kept.ts';
export { SimSignalingHub } from './sim-signaling.ts';
export { SimKeyring, SimSecrets, SimStewardKey, type SimKey } from './keys/index.ts';
export { SimDisk, SimStore } from './sim-store.ts';
export { moduleOf, readModule, resultOf, type SimEnding, type SimTasklet } from './sim-tasklet.ts';
