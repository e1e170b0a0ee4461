import * as v from 'valibot';
import { FabricError, type ContentHash, type Program } from '../sdk/index.ts';

/** Where the catalog of this site's programs is, relative to the page. */
const CATALOG_URL = 'programs/catalog.json';

const contentHash = v.custom<ContentHash>((value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const priority = v.picklist(['guaranteed', 'standard', 'scavenger']);
const recovery = v.optional(v.picklist(['retry', 'reacquire', 'degrade', 'fail']));

const tasklet = v.object({
  name: v.string(),
  summary: v.string(),
  module: contentHash,
  moduleUrl: v.string(),
  fuel: count,
  memoryBytes: count,
  deadlineMs: count,
  leases: count,
  outputType: v.string(),
  inputTypes: v.array(v.string()),
  priority,
  recovery: v.object({
    lease_expired: recovery,
    revoked: recovery,
    capacity_exceeded: recovery,
    fenced: recovery,
    disconnected: recovery,
    fuel_exhausted: recovery,
  }),
});

const lease = v.object({ name: v.string(), sizeBytes: count, ttlMs: count, priority });

const node = v.object({
  name: v.string(),
  tasklet: v.string(),
  after: v.array(v.string()),
  isFannedOut: v.boolean(),
  input: v.variant('kind', [
    v.object({ kind: v.literal('none') }),
    v.object({ kind: v.picklist(['fixture', 'fixtures', 'output', 'lease']), name: v.string() }),
  ]),
  leases: v.array(v.object({ name: v.string(), operations: v.array(v.picklist(['read', 'write', 'atomic'])) })),
});

const fixture = v.object({ name: v.string(), url: v.string(), mediaType: v.string(), sizeBytes: count });

const program = v.object({
  name: v.string(),
  version: v.string(),
  title: v.string(),
  summary: v.string(),
  lesson: v.string(),
  tasklets: v.array(tasklet),
  fixtures: v.array(fixture),
  leases: v.array(lease),
  graph: v.array(node),
});

/** The programs this site offers. Rejects with `FabricError` when the catalog is not there or not to be read. */
export async function loadCatalog(): Promise<readonly Program[]> {
  const response = await fetch(CATALOG_URL).catch(() => undefined);
  if (!response?.ok)
    throw new FabricError({ code: 'not_found', message: 'The catalog of programs could not be loaded.' });
  const parsed = v.safeParse(v.array(program), await response.json().catch(() => undefined));
  if (!parsed.success) throw new FabricError({ code: 'internal', message: 'The catalog of programs cannot be read.' });
  return parsed.output.toSorted((left, right) => placeOf(left) - placeOf(right));
}

/** From the smallest on: a newcomer begins at the top. A program that is not named here comes last. */
const FROM_THE_SMALLEST = [
  'hello-tasklet',
  'image-info',
  'mandelbrot',
  'lease-lab',
  'distributed-counter',
  'shared-whiteboard',
  'word-count',
  'close-a-tab',
  'game-of-life',
  'image-pipeline',
];

function placeOf({ name }: Program): number {
  const place = FROM_THE_SMALLEST.indexOf(name);
  return place < 0 ? FROM_THE_SMALLEST.length : place;
}
