import * as v from 'valibot';
import { err, fromUtf8, isContentHash, ok, type Bytes, type ContentHash, type Result } from '../core/index.ts';
import { REPORT_PATH } from './layout.ts';
import { problem, type BundleProblem } from './problem.ts';

const TASKLETS_MAX = 64;

/** As much of `.grafos/validation.json` as a bundle rests on. */
const reportSchema = v.object({
  version: v.literal(1),
  program: v.string(),
  isValid: v.boolean(),
  tasklets: v.pipe(
    v.array(v.object({ name: v.string(), module: v.pipe(v.string(), v.check(isContentHash)) })),
    v.maxLength(TASKLETS_MAX),
  ),
});

/** The module of each tasklet, as the program was validated. */
export function readReport(bytes: Bytes, program: string): Result<ReadonlyMap<string, ContentHash>, BundleProblem> {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), reportSchema), fromUtf8(bytes));
  if (!parsed.success) return invalid(`${REPORT_PATH} is no report of \`grafos validate\``);
  const { output } = parsed;
  if (output.program !== program) {
    return invalid(`${REPORT_PATH} is of the program ${output.program}, grafos.toml of ${program}`);
  }
  if (!output.isValid) return invalid(`${REPORT_PATH} says that ${program} is not valid`);
  const modules = new Map<string, ContentHash>();
  for (const { name, module } of output.tasklets) if (isContentHash(module)) modules.set(name, module);
  return ok(modules);
}

function invalid(message: string): Result<never, BundleProblem> {
  return err(problem('report_invalid', message));
}
