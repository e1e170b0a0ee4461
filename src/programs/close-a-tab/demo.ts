import { FabricError, type DemoOutcome, type DemoStage } from '../../sdk/index.ts';

const BELOW_DEFAULT = '4000000';
const PRIMES_BELOW_DEFAULT = 283_146;

/** One run in another tab, with as many attempts as it takes. */
export async function demo({ fabric, program, input, fetchBytes }: DemoStage): Promise<DemoOutcome> {
  const [tasklet] = program.tasklets;
  if (!tasklet) throw new FabricError({ code: 'internal', message: 'The program is not whole.' });
  const { name, fuel, memoryBytes, deadlineMs } = tasklet;
  const { response } = await fabric.run({
    program: program.name,
    tasklet: name,
    module: await fetchBytes(tasklet.moduleUrl),
    input: new TextEncoder().encode(input ?? BELOW_DEFAULT),
    on: 'other',
    recovery: 'degrade',
    attempts: 4,
    fuel,
    memoryBytes,
    deadlineMs,
  });
  const { attempt, cell = '', lost = [], fuelUsed } = response;
  const primes = primesIn(response.response);
  return {
    isAsExpected: input !== undefined || primes === PRIMES_BELOW_DEFAULT,
    facts: { primes, attempt, cell, lostCells: lost.map(({ cell: gone }) => gone).join(' '), fuelUsed },
    runs: [response.runId],
  };
}

function primesIn(response: unknown): number {
  const primes: unknown =
    typeof response === 'object' && response !== null ? Reflect.get(response, 'primes') : undefined;
  return typeof primes === 'number' ? primes : NaN;
}
