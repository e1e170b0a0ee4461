import { readFile } from 'node:fs/promises';
import { defineCommand } from 'citty';
import {
  UsageMeter,
  verifyAudit,
  type AuditAnchor,
  type AuditFinding,
  type VerifiedAudit,
} from '../../../audit/index.ts';
import { CommandError, createTerminal, EXIT_CODES, formatCount, reasonOf, renderTable } from '../../terminal/index.ts';

/** A person reads no more than this; `--json` has them all. */
const FINDINGS_SHOWN_MAX = 20;

/** `grafos audit verify`: whether an exported chain is whole, and if not, which records are not as they were sealed. */
export const verify = defineCommand({
  meta: {
    name: 'audit verify',
    description:
      'Say whether an exported audit chain is whole; if not, which record was added, removed or changed. Example: grafos audit verify audit.jsonl',
  },
  args: {
    input: { type: 'positional', description: 'The records, one a line', required: true, valueHint: 'audit.jsonl' },
    anchor: {
      type: 'string',
      description: 'What the newest record is known to be, so that a cut end shows',
      valueHint: '[sequence:]hash',
    },
    from: {
      type: 'string',
      description: 'The record before the first, where older ones are no longer kept',
      valueHint: 'sequence:hash',
    },
    json: { type: 'boolean', description: 'Print one JSON object', default: false },
  },
  async run({ args }) {
    const terminal = createTerminal();
    const lines = await readLines(args.input);
    const head = args.anchor === undefined ? undefined : anchorOf('anchor', args.anchor);
    const from = args.from === undefined ? undefined : placeOf(args.from);
    const verified = verifyAudit(lines, { ...(from ? { from } : {}), ...(head ? { head } : {}) });
    const findings = verified.ok ? [] : verified.error;
    if (args.json) {
      const chain = verified.ok ? { head: verified.value.head, usage: usageOf(verified.value) } : {};
      terminal.print(JSON.stringify({ file: args.input, ok: verified.ok, records: lines.length, ...chain, findings }));
    } else {
      terminal.print(
        verified.ok ? wholeText(args.input, verified.value, head !== undefined) : brokenText(args.input, findings),
      );
    }
    return verified.ok ? EXIT_CODES.ok : EXIT_CODES.failed;
  },
});

function wholeText(file: string, { records, head }: VerifiedAudit, isAnchored: boolean): string {
  const text = `${file}: ${formatCount(records.length)} records, whole. It ends at ${head.sequence}:${head.hash}.`;
  if (isAnchored) return text;
  return `${text}\nNo --anchor was given, so records after ${head.sequence} may have been cut off without a trace.`;
}

function brokenText(file: string, findings: readonly AuditFinding[]): string {
  const shown = findings.slice(0, FINDINGS_SHOWN_MAX);
  const rows = shown.map(({ what, sequence, through, line, message }) => [
    what,
    sequence === undefined ? '' : through === undefined ? String(sequence) : `${sequence} to ${through}`,
    line === undefined ? '' : String(line),
    message,
  ]);
  const left = findings.length - shown.length;
  const more = left > 0 ? [`and ${formatCount(left)} more; --json prints them all`] : [];
  const heading = `${file}: not as it was sealed`;
  return [heading, renderTable(['what', 'record', 'line', 'reason'], rows), ...more].join('\n');
}

function usageOf({ records }: VerifiedAudit): object {
  const meter = new UsageMeter();
  for (const record of records) meter.take(record);
  return meter.usage();
}

/** The lines of the file; one line break at its end is none of them. */
async function readLines(path: string): Promise<readonly string[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw CommandError.of('file_unreadable', `${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function placeOf(text: string): AuditAnchor {
  const { sequence, hash } = anchorOf('from', text);
  if (sequence !== undefined) return { sequence, hash };
  throw CommandError.of('argument_invalid', `--from is a sequence number, a colon and a hash, not "${text}".`);
}

function anchorOf(option: string, text: string): { readonly hash: string; readonly sequence?: number } {
  const [, sequence, hash] = /^(?:(\d{1,15}):)?([0-9a-f]{64})$/.exec(text) ?? [];
  if (hash === undefined) {
    const shape = 'a SHA-256 in lower-case hex, with a sequence number and a colon before it or not';
    throw CommandError.of('argument_invalid', `--${option} is ${shape}, not "${text}".`);
  }
  return sequence === undefined ? { hash } : { sequence: Number(sequence), hash };
}
