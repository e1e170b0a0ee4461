import { writeFile } from 'node:fs/promises';
import { defineCommand } from 'citty';
import * as v from 'valibot';
import { CommandError, createTerminal, EXIT_CODES, reasonOf } from '../../terminal/index.ts';
import { AUDIENCE_ARGS, withSeat } from '../fabric/index.ts';
import { interruption } from '../interruption.ts';
import { wholeNumber } from '../options.ts';

const LIMIT_MAX = 100_000;
/** As much of a record as a filter looks at; the rest passes through as it was sealed. */
const recordSchema = v.pipe(v.string(), v.parseJson(), v.looseObject({}));

/** `grafos admin audit-query`: the sealed records of the cells here. */
export const auditQuery = defineCommand({
  meta: {
    name: 'admin audit-query',
    description:
      'Read the audit records of the cells here. Example: grafos admin audit-query --contains revoked --limit 20',
  },
  args: {
    cell: { type: 'string', description: 'Only of the cell of this name or id', valueHint: 'cell' },
    contains: { type: 'string', description: 'Only records with this word in one of their values', valueHint: 'word' },
    limit: { type: 'string', description: 'Newest so many of each cell', default: '100', valueHint: 'number' },
    export: {
      type: 'string',
      description: 'Write the whole chain of one cell, for `grafos audit verify`',
      valueHint: 'audit.jsonl',
    },
    ...AUDIENCE_ARGS,
    json: { type: 'boolean', description: 'Print one JSON object', default: false },
  },
  async run({ args }) {
    const terminal = createTerminal();
    const limit = wholeNumber('limit', args.limit, 1, LIMIT_MAX);
    const audience = { fabric: args.fabric, interrupted: interruption(), say: terminal.say };
    const all = await withSeat(audience, (seat) => seat.audits());
    const wanted = args.cell;
    const audits = all.filter(({ cell, name }) => wanted === undefined || name === wanted || cell.startsWith(wanted));
    if (args.export !== undefined) await exportChain(args.export, audits);
    const cells = audits.map(({ cell, name, head, lines }) => ({
      cell,
      name,
      head,
      records: lines.filter((line) => has(line, args.contains)).slice(-limit),
    }));
    if (args.json) {
      const parsed = cells.map((each) => ({
        ...each,
        records: each.records.map((line) => v.parse(recordSchema, line)),
      }));
      terminal.print(JSON.stringify({ cells: parsed }));
      return EXIT_CODES.ok;
    }
    for (const { name, cell, head, records } of cells) {
      terminal.print(`${name} (${cell.slice(0, 8)}), anchor ${head.sequence}:${head.hash}`);
      for (const line of records) terminal.print(line);
    }
    return EXIT_CODES.ok;
  },
});

function has(line: string, word: string | undefined): boolean {
  if (word === undefined) return true;
  return Object.values(v.parse(recordSchema, line)).some((value) => JSON.stringify(value).includes(word));
}

async function exportChain(
  path: string,
  audits: readonly { readonly name: string; readonly lines: readonly string[] }[],
): Promise<void> {
  const [only, ...others] = audits;
  if (only === undefined || others.length > 0) {
    const names = audits.map(({ name }) => name).join(', ') || 'none';
    throw CommandError.of('argument_invalid', `--export writes one chain; --cell says whose. There are: ${names}.`);
  }
  try {
    await writeFile(path, only.lines.map((line) => `${line}\n`).join(''));
  } catch (error) {
    throw CommandError.of('file_unwritable', `${path} cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}
