import { FabricError, type DemoOutcome, type DemoStage, type LeaseHandle, type RunId } from '../../sdk/index.ts';
import { addOne, NUMBER_BYTES, numberRef } from './number.ts';

const LEASE_TTL_MS = 30_000;
const SHORT_TTL_MS = 1_000;

/** Facts by name, in the order in which they came about. */
type Facts = Record<string, string | number>;

/** What must come of it, whatever the fabric looks like. */
const EXPECTED: Facts = {
  taken: 1,
  renewed: 'generation 2',
  oldRef: 'lease_expired',
  visited: 2,
  freed: 'lease_expired',
  expired: 'LeaseExpired',
  afterExpiry: 'lease_expired',
  renewedTooLate: 'lease_expired',
  revoked: 'torn_down',
  heard: 'LeaseRevoked',
  afterRevoke: 'revoked',
};

/** Plays the life of leases through, with every way in which one ends. */
export async function demo(stage: DemoStage): Promise<DemoOutcome> {
  const facts: Facts = {};
  const runs: RunId[] = [];
  await shareOne(stage, facts, runs);
  await letOneExpire(stage, facts);
  await revokeOne(stage, facts);
  const isAsExpected = Object.entries(EXPECTED).every(([name, value]) => facts[name] === value);
  return { isAsExpected, facts, runs };
}

/** Takes a lease from another cell if there is one, renews it, and has a run elsewhere use it by its LeaseRef. */
async function shareOne({ fabric, program, fetchBytes }: DemoStage, facts: Facts, runs: RunId[]): Promise<void> {
  const [tasklet] = program.tasklets;
  if (!tasklet) throw new FabricError({ code: 'internal', message: 'The program is not whole.' });
  const { cells } = fabric.snapshot();
  const others = cells.filter(({ state, isSelf }) => state === 'alive' && !isSelf);
  const lease = await fabric.lease
    .mem({ bytes: NUMBER_BYTES })
    .ttl(LEASE_TTL_MS)
    .on(others[0]?.id ?? 'any')
    .acquire();
  facts['lentBy'] = cells.find(({ id }) => id === lease.lessor)?.name ?? lease.lessor;
  facts['taken'] = Number(await addOne(await lease.region()));
  const oldRef = await numberRef(lease);
  await lease.renew();
  facts['renewed'] = `generation ${lease.generation}`;
  facts['oldRef'] = await codeOf(fabric.openLease(oldRef));
  const { name, moduleUrl, fuel, memoryBytes, deadlineMs } = tasklet;
  const { response } = await fabric.run({
    program: program.name,
    tasklet: name,
    module: await fetchBytes(moduleUrl),
    input: new Uint8Array(0),
    memory: [await numberRef(lease)],
    on: others.at(-1)?.id ?? 'any',
    fuel,
    memoryBytes,
    deadlineMs,
  });
  runs.push(response.runId);
  facts['visitedBy'] = cells.find(({ id }) => id === response.cell)?.name ?? 'a cell';
  facts['visited'] = Number(await (await lease.region()).u64.load(0));
  await lease.free();
  facts['freed'] = await useOf(lease);
}

async function letOneExpire({ fabric }: DemoStage, facts: Facts): Promise<void> {
  const lease = await fabric.lease.mem({ bytes: NUMBER_BYTES }).ttl(SHORT_TTL_MS).acquire();
  await addOne(await lease.region());
  facts['expired'] = (await lease.ended).type;
  facts['afterExpiry'] = await useOf(lease);
  facts['renewedTooLate'] = await codeOf(lease.renew());
}

/** Only a lessor takes back, so this cell lends to itself. */
async function revokeOne({ fabric }: DemoStage, facts: Facts): Promise<void> {
  const { self } = fabric.snapshot();
  const lease = await fabric.lease.mem({ bytes: NUMBER_BYTES }).ttl(LEASE_TTL_MS).on(self).acquire();
  await addOne(await lease.region());
  facts['revoked'] = await fabric.revokeLease(lease.leaseId);
  facts['heard'] = (await lease.ended).type;
  facts['afterRevoke'] = await useOf(lease);
}

/** What using a lease comes to: the code it is refused with, or `used`. */
function useOf(lease: LeaseHandle): Promise<string> {
  return codeOf(lease.region().then(addOne));
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return 'used';
  } catch (thrown) {
    return thrown instanceof FabricError ? thrown.code : String(thrown);
  }
}
