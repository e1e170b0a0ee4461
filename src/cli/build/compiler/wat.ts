import { err, ok, type Bytes, type Result } from '../../../core/index.ts';
import type { BuildProblem } from '../build-problem.ts';
import { ascVersion, type AscProcess } from './asc-process.ts';
import type { SourceFiles, TaskletPlace } from './source-files.ts';

/** Everything besides the source that the assembled bytes depend on. */
export async function watRequest({ tasklet }: TaskletPlace): Promise<string> {
  return JSON.stringify(['wat', await ascVersion(), tasklet.source]);
}

/** Assembles one module in text form. Whether it may run as a tasklet is for admission to say. */
export async function assembleWat(
  asc: AscProcess,
  place: TaskletPlace,
  files: SourceFiles,
): Promise<Result<Bytes, readonly BuildProblem[]>> {
  const { tasklet } = place;
  const at = { file: place.fileName(tasklet.source), tasklet: tasklet.name };
  const text = await files.read(tasklet.source);
  if (text === null) return err([{ ...at, code: 'source_missing', message: `there is no file ${tasklet.source}` }]);
  const { binary, error = 'the assembler wrote no module' } = await asc.assemble(text);
  if (binary !== undefined) return ok(binary);
  const [, line, column, message] = /^(\d+):(\d+): error: (.*)/s.exec(error) ?? [];
  if (message === undefined) return err([{ ...at, code: 'compile_error', message: error }]);
  return err([{ ...at, code: 'compile_error', message, line: Number(line), column: Number(column) }]);
}
