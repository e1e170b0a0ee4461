/**
 * `npm run bench -- [group…] [--json]`: measures ours and the peer side by side in one run and prints one row for each
 * figure, as a JSON object a line or as a table. Ends with 1 when a goal is missed. No group means all of them.
 */
import { parseArgs } from 'node:util';
import { GROUPS } from './groups.ts';
import { tableLine, type Row } from './row.ts';

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
const wanted = positionals.length > 0 ? positionals : Object.keys(GROUPS);
const unknown = wanted.filter((name) => !(name in GROUPS));
if (unknown.length > 0) {
  console.error(`no such group: ${unknown.join(', ')}; there are ${Object.keys(GROUPS).join(', ')}`);
  process.exit(2);
}

let missed = 0;
const report = (row: Row): void => {
  if (row.holds === false) missed++;
  console.log(values.json ? JSON.stringify(row) : tableLine(row));
};
for (const name of wanted) await (await GROUPS[name]?.())?.run(report);
// The signaling server's own timers outlive its close.
process.exit(missed === 0 ? 0 : 1);
