import {
  FabricError,
  type FabricFailure,
  type Program,
  type ProgramFixture,
  type ProgramTasklet,
  type RunTarget,
} from '../../sdk/index.ts';
import { formatBytes } from '../words/index.ts';

/** Where the input of a run comes from. */
export type InputChoice =
  | { readonly kind: 'fixture'; readonly fixture: ProgramFixture }
  | { readonly kind: 'file'; readonly file: File }
  | { readonly kind: 'text'; readonly text: string };

/** What a person asked to run: everything but the bytes. */
export interface RunOrder {
  readonly program: Program;
  readonly tasklet: ProgramTasklet;
  readonly input: InputChoice;
  readonly on: RunTarget;
}

/** The fixtures that make sense for a tasklet; all of them when it says nothing or none fits. */
export function fixturesFor(program: Program, tasklet: ProgramTasklet): readonly ProgramFixture[] {
  const fitting = program.fixtures.filter((fixture) => tasklet.inputTypes.includes(fixture.mediaType));
  return fitting.length > 0 ? fitting : program.fixtures;
}

/** Whether a person may type the input of this tasklet. */
export function takesText(tasklet: ProgramTasklet): boolean {
  return tasklet.inputTypes.length === 0 || tasklet.inputTypes.some((type) => /^text\/|json$/.test(type));
}

/** Refuses an input over the bound before anything is read. */
export function inputRefusal(name: string, sizeBytes: number, sizeBytesMax: number): FabricFailure | undefined {
  if (sizeBytes <= sizeBytesMax) return undefined;
  const message = `${name} is ${formatBytes(sizeBytes)}; a tasklet takes ${formatBytes(sizeBytesMax)} at most.`;
  return new FabricError({ code: 'input_too_large', message }).toFailure();
}
