import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineCommand } from 'citty';
import * as v from 'valibot';
import { fromBase64, isRunId, type RunId } from '../../../core/index.ts';
import { CommandError, createTerminal, EXIT_CODES, formatCount, reasonOf } from '../../terminal/index.ts';
import { AUDIENCE_ARGS, withSeat, type Audience } from '../fabric/index.ts';
import { interruption } from '../interruption.ts';
import { keptFolder, readKept, writeArtifacts } from './kept-runs.ts';

/** `grafos artifacts`: response.json and output.b64 of a run. */
export const artifacts = defineCommand({
  meta: {
    name: 'artifacts',
    description:
      'Fetch response.json and output.b64 of a run. Example: grafos artifacts 0123456789abcdef0123456789abcdef --out results',
  },
  args: {
    run: { type: 'positional', description: 'Which run: its id', required: true, valueHint: 'run-id' },
    out: { type: 'string', description: 'Where to put them; .grafos/runs/<run-id> without it', valueHint: 'directory' },
    decode: { type: 'boolean', description: 'Also write the output itself, as the file "output"', default: false },
    ...AUDIENCE_ARGS,
    program: { type: 'string', description: 'Directory of the program', default: '.', valueHint: 'directory' },
    json: { type: 'boolean', description: 'Print one JSON object', default: false },
  },
  async run({ args }) {
    const terminal = createTerminal();
    const runId: string = args.run;
    if (!isRunId(runId)) throw CommandError.of('argument_invalid', `"${runId}" is no run id: 32 characters of hex.`);
    const audience = { fabric: args.fabric, interrupted: interruption(), say: terminal.say };
    const found = await findArtifacts(args.program, runId, audience);
    const folder = args.out ?? keptFolder(args.program, runId);
    const { outputBytes, ...paths } = await copyTo(folder, found, args.decode);
    const response: unknown = JSON.parse(found.response);
    const report = { run_id: runId, artifacts: paths, outputBytes, response };
    const text = `${paths.response}\n${paths.output} (${formatCount(outputBytes)} bytes)`;
    terminal.print(args.json ? JSON.stringify(report) : text);
    return EXIT_CODES.ok;
  },
});

interface Texts {
  readonly response: string;
  readonly output: string;
}

/** Kept here, or still in the fabric. Fails with `not_found`. */
async function findArtifacts(directory: string, runId: RunId, audience: Audience): Promise<Texts> {
  const kept = await readKept(directory, runId);
  if (kept !== undefined) return kept;
  const found = await withSeat(audience, (seat) => seat.artifacts(runId)).catch((error: unknown) => {
    if (error instanceof CommandError && error.failure.code === 'fabric_missing') return undefined;
    throw error;
  });
  if (found !== undefined) {
    await writeArtifacts(keptFolder(directory, runId), found);
    return { response: JSON.stringify(found.response, null, 2), output: found.outputBase64 };
  }
  const message = `There are no artifacts of run ${runId}, neither here nor in a fabric that runs.`;
  throw CommandError.restored({ code: 'not_found', message, recovery: '`grafos runs` lists those there are.' }, 1);
}

async function copyTo(
  folder: string,
  { response, output }: Texts,
  isDecoded: boolean,
): Promise<{ readonly response: string; readonly output: string; readonly outputBytes: number }> {
  const bytes = fromBase64(output.trim());
  const isWhole = bytes !== undefined && v.safeParse(v.pipe(v.string(), v.parseJson()), response).success;
  if (!isWhole) throw CommandError.of('file_unreadable', 'The artifacts that are kept of this run are damaged.');
  const paths = { response: join(folder, 'response.json'), output: join(folder, 'output.b64') };
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(paths.response, response);
    await writeFile(paths.output, output);
    if (isDecoded) await writeFile(join(folder, 'output'), bytes);
  } catch (error) {
    throw CommandError.of('file_unwritable', `${folder} cannot be written: ${reasonOf(error)}`, { cause: error });
  }
  return { ...paths, outputBytes: bytes.length };
}
