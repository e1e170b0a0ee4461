import { readFile } from 'node:fs/promises';
import { requireStandAlone, type BuiltProgram } from '../../build/index.ts';
import { toBase64 } from '../../../core/index.ts';
import type { SeatRun } from '../../seat/index.ts';
import { CommandError, unknownName } from '../../terminal/index.ts';

/** A run of one tasklet of a program, but for its input and its place. Fails with `argument_invalid` or `tasklet_needs_lease`. */
export async function orderFor(
  { manifest, tasklets }: BuiltProgram,
  wanted: string | undefined,
): Promise<Omit<SeatRun, 'inputBase64' | 'on'>> {
  const names = tasklets.map(({ declared }) => declared.name);
  const name = wanted ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined) {
    throw CommandError.of('argument_invalid', `--tasklet says which one to run. There are: ${names.join(', ')}.`);
  }
  const tasklet = tasklets.find(({ declared }) => declared.name === name);
  if (tasklet === undefined) throw CommandError.of('argument_invalid', unknownName('tasklet', name, names));
  const { declared, path } = tasklet;
  requireStandAlone(manifest, declared);
  return {
    program: manifest.program.name,
    tasklet: name,
    moduleBase64: toBase64(new Uint8Array(await readFile(path))),
    fuel: declared.fuel,
    memoryBytes: declared.memoryBytes,
    deadlineMs: declared.deadlineMs,
    priority: declared.priority,
    ...(declared.recovery.disconnected === undefined ? {} : { recovery: declared.recovery.disconnected }),
  };
}
