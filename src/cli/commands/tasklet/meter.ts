import { writeFile } from 'node:fs/promises';
import { defineCommand } from 'citty';
import { FUEL_GLOBAL, METER_VERSION, meterModule } from '../../../tasklet/index.ts';
import { CommandError, createTerminal, EXIT_CODES, formatBytes, reasonOf } from '../../terminal/index.ts';
import { readModuleFile } from './module-file.ts';

/** The most fuel that cannot be mistaken for the mark of an exhausted stack (ABI.md §6). */
const FUEL_MAX = 2n ** 62n - 1n;

/** `grafos tasklet meter`: the bare transformation, for any valid module of the allowed features. */
export const meter = defineCommand({
  meta: {
    name: 'tasklet meter',
    description: `Write a module that counts its own fuel, in the exported global ${FUEL_GLOBAL}; it runs in any engine. Example: grafos tasklet meter in.wasm -o out.wasm`,
  },
  args: {
    input: { type: 'positional', description: 'The module to meter', required: true, valueHint: 'in.wasm' },
    output: { type: 'string', alias: ['o'], description: 'Where to write it', required: true, valueHint: 'out.wasm' },
    fuel: { type: 'string', description: `Fuel it starts with, from 0 to ${FUEL_MAX}`, default: String(FUEL_MAX) },
    json: { type: 'boolean', description: 'Print one JSON object', default: false },
  },
  async run({ args }) {
    const terminal = createTerminal();
    const fuel = fuelOf(args.fuel);
    const metered = meterModule(await readModuleFile(args.input), { fuel });
    if (!metered.ok) throw CommandError.of('module_rejected', `${args.input}: ${metered.error.message}`);
    const { bytes, report } = metered.value;
    await written(args.output, bytes);
    const growth = report.meteredBytes / report.originalBytes;
    if (args.json) {
      const files = { input: args.input, output: args.output };
      terminal.print(JSON.stringify({ ...files, meterVersion: METER_VERSION, fuel: String(fuel), growth, ...report }));
    } else {
      const sizes = `${formatBytes(report.originalBytes)} became ${formatBytes(report.meteredBytes)} (× ${growth.toFixed(2)})`;
      terminal.print(`${args.output}: ${report.functions} functions metered, ${sizes}.`);
    }
    return EXIT_CODES.ok;
  },
});

function fuelOf(text: string): bigint {
  const fuel = /^\d{1,19}$/.test(text) ? BigInt(text) : -1n;
  if (fuel >= 0n && fuel <= FUEL_MAX) return fuel;
  throw CommandError.of('argument_invalid', `--fuel is a whole number from 0 to ${FUEL_MAX}, not "${text}".`);
}

async function written(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes);
  } catch (error) {
    throw CommandError.of('file_unwritable', `${path} cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}
