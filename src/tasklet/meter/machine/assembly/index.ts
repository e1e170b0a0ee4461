// The machine: the part of the meter that looks at every byte of a module. It validates bodies, finds out which way they go,
// plans where they pay and writes them anew. The host (../machine.ts) reads what lies around the bodies, puts it into the
// machine's memory, decides what concerns functions together, and writes the module around the new bodies.
import * as module from './module';
import { eventCount, beginEvents, reserveTape } from './tape';
import { releaseAll } from './memory';
import { reserveBuilder } from './flow/builder';
import { reserveControl } from './scan/control';
import { reserveGraph } from './flow/graph';
import { reserveOperands } from './scan/operands';
import { reservePlain } from './scan/plain';
import { reservePlan } from './flow/plan';
import { reservePotentials } from './flow/potentials';
import { reserveScan, scanBody, targetsMax } from './scan/scan';
import { reserveWritten } from './function';
import { setGlobals } from './write/fuel-code';
import { startOutput } from './write/output';

export { bytes, codes, declared, elements, functionTypes, globals, globalsSet, tables, types } from './module';
export { calls, callsEnd, named, operandsMax, passedMax, tailCalls, tailCallsEnd } from './scan/scan';
export { hasVectors } from './scan/control';
export { countsDepth } from './write/fuel-code';
export {
  makeFlow,
  meterFunction,
  payableAhead,
  payAhead,
  raiseOwnCalls,
  silentCount,
  uncheckedMax,
  written,
} from './function';
export { become, isSilent, prepaidOf, reserveHostTypes, reserveNodes } from './nodes';
export { isOutOfMemory } from './memory';
export { reserveModule } from './module';

/** Forgets everything. Answers where the columns of the opcode table are to be put. */
export function reset(): usize {
  releaseAll();
  return module.reserveTables();
}

/** Validates all bodies, of `codeBytes` in all. False when one is not valid, or goes beyond a bound. */
export function scan(codeBytes: i32): bool {
  const bodyCount = module.functionCount - module.importedCount;
  reserveOperands();
  reserveControl();
  reservePlain();
  reserveScan(codeBytes);
  reserveTape(bodyCount, codeBytes);
  for (let place = 0; place < bodyCount; place++) if (!scanBody(place)) return false;
  beginEvents(bodyCount);
  return true;
}

/** The most control instructions, targets of tables counted one by one, in a body of those that were scanned. */
export function controlMax(): i32 {
  return eventsMax() + targetsMax;
}

function eventsMax(): i32 {
  const bodyCount = module.functionCount - module.importedCount;
  let most = 0;
  for (let place = 0; place < bodyCount; place++) most = max(most, eventCount(place));
  return most;
}

/** Makes ready to meter what was scanned, with these globals for fuel and depth. */
export function prepare(fuelGlobal: i32, depthGlobal: i32, depthMax: i32): void {
  const events = eventsMax();
  const blocksMax = events + 2;
  reserveBuilder();
  reserveGraph(blocksMax, events * 2 + targetsMax + 2);
  reservePlan(blocksMax);
  reservePotentials(blocksMax * 2 + 1);
  reserveWritten(module.functionCount - module.importedCount);
  setGlobals(fuelGlobal, depthGlobal, depthMax);
  startOutput();
}
