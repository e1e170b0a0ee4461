import { defineCommand } from 'citty';
import { TASKLET_LIMITS } from '../../../core/index.ts';
import { inspectTasklet, type TaskletInspection } from '../../../tasklet/index.ts';
import { createTerminal, EXIT_CODES, formatBytes, formatCount } from '../../terminal/index.ts';
import { readModuleFile } from './module-file.ts';

/** `grafos tasklet inspect`: what a module is made of, and whether a cell would admit it. */
export const inspect = defineCommand({
  meta: {
    name: 'tasklet inspect',
    description:
      'Say what a module imports, exports and uses, and whether it may run; if not, every reason. Example: grafos tasklet inspect some.wasm',
  },
  args: {
    input: { type: 'positional', description: 'The module to look at', required: true, valueHint: 'x.wasm' },
    json: { type: 'boolean', description: 'Print one JSON object', default: false },
  },
  async run({ args }) {
    const terminal = createTerminal();
    const bytes = await readModuleFile(args.input);
    const inspection = inspectTasklet(bytes, { memoryBytesMax: TASKLET_LIMITS.memoryBytesMax });
    terminal.print(args.json ? JSON.stringify(asJson(args.input, inspection)) : asText(args.input, inspection));
    return inspection.admissible ? EXIT_CODES.ok : EXIT_CODES.failed;
  },
});

function asJson(file: string, inspection: TaskletInspection): object {
  const { hash, sizeBytes, admissible, reasons, module, meter } = inspection;
  const { imports = [], exports = [], features = [], memories = [] } = module ?? {};
  const memory = memories[0] ?? null;
  return { file, hash, sizeBytes, imports, exports, features, memory, admissible, reasons, module, meter };
}

function asText(file: string, inspection: TaskletInspection): string {
  const { hash, sizeBytes, admissible, reasons, module, meter } = inspection;
  const lines = [`${file}: ${formatBytes(sizeBytes)}, ${hash}`];
  if (module) {
    const names = (entries: readonly { readonly module?: string; readonly name: string; readonly type: string }[]) =>
      entries.map((entry) => `    ${entry.module === undefined ? '' : `${entry.module}.`}${entry.name} ${entry.type}`);
    const used = module.features.length === 0 ? 'none beyond the first version' : module.features.join(', ');
    lines.push('  imports', ...names(module.imports), '  exports', ...names(module.exports), `  features: ${used}`);
  }
  if (meter) {
    const growth = (meter.meteredBytes / meter.originalBytes).toFixed(2);
    lines.push(
      `  metered: × ${growth} in size, at most ${formatCount(meter.uncheckedFuelMax)} fuel between two checks`,
    );
  }
  lines.push(admissible ? '  may run as a tasklet' : '  may not run as a tasklet:');
  return [...lines, ...reasons.map(({ code, message }) => `    ${message} (${code})`)].join('\n');
}
