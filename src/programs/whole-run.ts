import { programDoors, runGraph, type GraphWatch, type NodeOutcome, type ProgramStage } from '../sdk/index.ts';

/** Runs a program in the order of its graph. */
export function runWhole(stage: ProgramStage, watch: GraphWatch): Promise<readonly NodeOutcome[]> {
  return runGraph(stage.program, programDoors(stage), watch);
}
