import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { defineCommand } from 'citty';
import {
  bundleSizeProblem,
  packProgram,
  readBundle,
  roleOf,
  type Bundle,
  type BundleProblem,
} from '../../../bundle/index.ts';
import { err, type Bytes, type Result } from '../../../core/index.ts';
import { readProgramFiles } from '../../build/index.ts';
import { validateProgram, writeReport } from '../../check/index.ts';
import {
  CommandError,
  createTerminal,
  EXIT_CODES,
  formatBytes,
  formatCount,
  reasonOf,
  renderTable,
} from '../../terminal/index.ts';
import { validationProblems } from './validate.ts';
import { DIRECTORY_ARG } from './directory.ts';

/** `grafos bundle`: a validated program as one file, which the page loads and `deploy` runs. */
export const bundle = defineCommand({
  meta: {
    name: 'bundle',
    description:
      'Validate the program and write it as one file, or look into such a file. Example: grafos bundle --out my-program.grafos',
  },
  args: {
    ...DIRECTORY_ARG,
    out: { type: 'string', description: 'File to write; <name>.grafos without it', valueHint: 'path' },
    sources: { type: 'boolean', description: 'Put the folder src in, too', default: false },
    inspect: { type: 'string', description: 'Check and list this bundle instead', valueHint: 'file.grafos' },
    json: { type: 'boolean', description: 'Print one JSON object', default: false },
  },
  async run({ args }) {
    const terminal = createTerminal();
    const { inspect } = args;
    const made =
      inspect === undefined ? await packed(args.directory, args.sources, terminal.say) : await readBundleFile(inspect);
    const path = inspect ?? args.out ?? `${made.program.manifest.program.name}.grafos`;
    if (inspect === undefined) await writeWhole(path, made.bytes);
    terminal.print(args.json ? JSON.stringify(reportOf(made, path)) : textOf(made, path));
    return EXIT_CODES.ok;
  },
});

/** Reads a bundle from disk. Fails with `file_unreadable` or `bundle_invalid`. */
export async function readBundleFile(path: string): Promise<Bundle> {
  let bytes: Bytes;
  try {
    const large = bundleSizeProblem((await stat(path)).size);
    if (large !== undefined) return bundleOrFailure(err([large]), path);
    bytes = new Uint8Array(await readFile(path));
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw CommandError.of('file_unreadable', `${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  return bundleOrFailure(readBundle(bytes), path);
}

async function packed(directory: string, hasSources: boolean, say: (text: string) => void): Promise<Bundle> {
  const report = await validateProgram(directory, say);
  if (report.program !== null) await writeReport(directory, report);
  if (!report.isValid) throw CommandError.of('validation_failed', validationProblems(report).join('\n'));
  const files = await readProgramFiles(directory, { hasSources });
  return bundleOrFailure(packProgram(files, { hasSources }), directory);
}

function bundleOrFailure(read: Result<Bundle, readonly BundleProblem[]>, path: string): Bundle {
  if (read.ok) return read.value;
  const [first] = read.error;
  const message = read.error.map((each) => `${path}: ${each.message}`).join('\n');
  throw CommandError.fromFabric({ code: 'bundle_invalid', message, recovery: first?.recovery ?? '' });
}

/** A bundle cut short never stands under the final name. */
async function writeWhole(path: string, bytes: Bytes): Promise<void> {
  const partial = `${path}.${process.pid}.part`;
  try {
    await writeFile(partial, bytes);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw CommandError.of('file_unwritable', `${path} cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}

function reportOf({ id, bytes, files, program }: Bundle, path: string): object {
  const { name, version } = program.manifest.program;
  return {
    program: name,
    version,
    id,
    path,
    sizeBytes: bytes.length,
    tasklets: program.tasklets.map(({ declared, module }) => ({ name: declared.name, module })),
    nodes: program.manifest.graph.map((node) => node.name),
    fixtures: program.fixtures.map((fixture) => fixture.name),
    files: [...files].map(([file, content]) => ({ path: file, sizeBytes: content.length })),
  };
}

function textOf({ id, bytes, files, program }: Bundle, path: string): string {
  const { name, version } = program.manifest.program;
  const rows = [...files].map(([file, content]) => [file, roleOf(file)?.kind ?? '', formatCount(content.length)]);
  return [
    renderTable(['file', 'is', 'bytes'], rows),
    `${path}: ${name} ${version}, ${formatCount(files.size)} files, ${formatBytes(bytes.length)}`,
    `sha256 ${id}`,
  ].join('\n');
}
