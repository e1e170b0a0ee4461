import { FabricError, type Bytes, type DemoOutcome, type DemoStage } from '../../sdk/index.ts';

const COUNTER_BYTES = 8;
const LEASE_TTL_MS = 120_000;

/** Runs `count` once in every cell, all on one lease of this one, and reads the total back. */
export async function demo({ fabric, program, input, fetchBytes }: DemoStage): Promise<DemoOutcome> {
  const [tasklet] = program.tasklets;
  const [fixture] = program.fixtures;
  if (!tasklet || !fixture) throw new FabricError({ code: 'internal', message: 'The program is not whole.' });
  const { self, cells } = fabric.snapshot();
  const module = await fetchBytes(tasklet.moduleUrl);
  const steps = input === undefined ? await fetchBytes(fixture.url) : bytesOf(input);
  const lease = await fabric.lease.mem({ bytes: COUNTER_BYTES }).ttl(LEASE_TTL_MS).on(self).acquire();
  try {
    const memory = [await lease.ref()];
    const { name, fuel, memoryBytes, deadlineMs } = tasklet;
    const alive = cells.filter(({ state }) => state === 'alive');
    const artifacts = await Promise.all(
      alive.map(({ id: on }) =>
        fabric.run({
          program: program.name,
          tasklet: name,
          module,
          input: steps,
          memory,
          on,
          fuel,
          memoryBytes,
          deadlineMs,
        }),
      ),
    );
    const total = Number(await (await lease.region()).u64.load(0));
    const stepsEach = Number(new TextDecoder().decode(steps));
    return {
      isAsExpected: total === alive.length * stepsEach,
      facts: { cells: alive.length, stepsEach, total },
      runs: artifacts.map(({ response }) => response.runId),
    };
  } finally {
    await lease.free();
  }
}

function bytesOf(text: string): Bytes {
  return new TextEncoder().encode(text);
}
