import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { buildProgram } from '../../../src/cli/build/index.ts';
import type { PageAnswer } from '../../../src/cli/browser/index.ts';
import type { Artifacts, CellId } from '../../../src/sdk/index.ts';

/** Waits while the first word of its lease is 0, for as many milliseconds as the input says. */
const SOURCE = `import { FabricMem, fromUtf8, JsonWriter, Output } from 'grafos-std';
export function sleeper(input: Uint8Array): Output {
  const shared = FabricMem.at(0);
  if (shared === null) return Output.fail(1, 'no lease');
  const end = shared.wait(0, 0, <u32>U32.parseInt(fromUtf8(input)));
  return Output.json(JsonWriter.object().field('end', end).field('word', shared.load32(0)));
}
`;

/** The sleeper, built. */
export async function buildSleeper(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'grafos-sleeper-'));
  try {
    await mkdir(join(directory, 'src'));
    await writeFile(join(directory, 'src', 'sleeper.ts'), SOURCE);
    const manifest = '[program]\nname = "sleeper"\nversion = "0.1.0"\n[tasklet.sleeper]\nsource = "src/sleeper.ts"\n';
    await writeFile(join(directory, 'grafos.toml'), manifest);
    const built = await buildProgram(directory);
    const path = built.ok ? built.value.tasklets[0]?.path : undefined;
    if (path === undefined) throw new Error('the sleeper does not build');
    return (await readFile(path)).toString('base64');
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What a sleeper answers: how its wait ended and the word it saw then. */
export interface Slept {
  readonly end: number;
  readonly word: number;
}

/** Has a sleeper sleep in a cell, on a lease. */
export async function sleep(
  tab: Page,
  module: string,
  order: { readonly on: CellId; readonly memory: string; readonly timeoutMs: number },
): Promise<Slept> {
  const answer: PageAnswer<Artifacts> = await tab.evaluate(
    async ([base64, { on, memory, timeoutMs }]) => {
      const fabric = window.grafos?.fabric();
      if (!fabric) throw new Error('not joined');
      const run = fabric.run({
        program: 'sleeper',
        tasklet: 'sleeper',
        module: Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)),
        input: new TextEncoder().encode(String(timeoutMs)),
        on,
        memory: [memory],
        memoryBytes: 1_048_576,
        deadlineMs: 30_000,
      });
      return window.grafosAnswer(run);
    },
    [module, order] as const,
  );
  if ('failure' in answer) throw new Error(`the sleeper failed: ${answer.failure.code} ${answer.failure.message}`);
  return answer.value.response.response as Slept;
}
