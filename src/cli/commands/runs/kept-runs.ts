import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { isRunId, type RunId } from '../../../core/index.ts';
import type { Artifacts } from '../../../sdk/index.ts';
import { CommandError, reasonOf } from '../../terminal/index.ts';

/** Under the program that was run: what its runs have left, one folder each. */
const RUNS_FOLDER = join('.grafos', 'runs');
const RESPONSE_FILE = 'response.json';
const OUTPUT_FILE = 'output.b64';

/** As much of `response.json` as a list of runs shows. */
const keptSchema = v.object({
  runId: v.pipe(v.string(), v.check(isRunId)),
  program: v.string(),
  tasklet: v.string(),
  status: v.string(),
  cell: v.optional(v.string()),
  fuelUsed: v.number(),
  outputBytes: v.number(),
  timings: v.object({ submittedWallMs: v.number(), wallMs: v.number() }),
});

export type KeptRun = v.InferOutput<typeof keptSchema>;

/** Where the two artifacts of a run are. */
export interface ArtifactPaths {
  readonly response: string;
  readonly output: string;
}

export function keptFolder(directory: string, runId: RunId): string {
  return join(directory, RUNS_FOLDER, runId);
}

/** Writes both artifacts into `folder`. Fails with `file_unwritable`. */
export async function writeArtifacts(folder: string, artifacts: Artifacts): Promise<ArtifactPaths> {
  const paths = { response: join(folder, RESPONSE_FILE), output: join(folder, OUTPUT_FILE) };
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(paths.response, `${JSON.stringify(artifacts.response, null, 2)}\n`);
    await writeFile(paths.output, `${artifacts.outputBase64}\n`);
  } catch (error) {
    throw CommandError.of('file_unwritable', `${folder} cannot be written: ${reasonOf(error)}`, { cause: error });
  }
  return paths;
}

/** The texts of both artifacts of a run that this program has kept. */
export async function readKept(
  directory: string,
  runId: RunId,
): Promise<{ readonly response: string; readonly output: string } | undefined> {
  const folder = keptFolder(directory, runId);
  try {
    const [response, output] = await Promise.all(
      [RESPONSE_FILE, OUTPUT_FILE].map((name) => readFile(join(folder, name), 'utf8')),
    );
    return response === undefined || output === undefined ? undefined : { response, output };
  } catch {
    return undefined;
  }
}

/** The runs that this program has kept, newest first. Folders that hold no run are passed over. */
export async function listKept(directory: string): Promise<readonly KeptRun[]> {
  const folder = join(directory, RUNS_FOLDER);
  const names = await readdir(folder).catch(() => []);
  const kept: KeptRun[] = [];
  for (const name of names) {
    const text = await readFile(join(folder, name, RESPONSE_FILE), 'utf8').catch(() => '');
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), keptSchema), text);
    if (parsed.success) kept.push(parsed.output);
  }
  return kept.sort((left, right) => right.timings.submittedWallMs - left.timings.submittedWallMs);
}
