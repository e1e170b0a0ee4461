import type { GraphNode } from '../../../manifest/index.ts';
import type { FabricErrorCode } from '../../../core/index.ts';
import type { Artifacts } from '../../../sdk/index.ts';

/** One input of a node, with a word for it. */
export interface NodeItem {
  readonly label: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** One run that the graph has made. */
export interface GraphRun {
  readonly input: string;
  /** Attempts it took; more than one where the manifest says so. */
  readonly attempts: number;
  readonly artifacts: Artifacts;
}

export interface NodeOutcome {
  readonly node: string;
  readonly tasklet: string;
  /** `degraded`: some of its runs failed, and the manifest lets the program go on without them. */
  readonly status: 'succeeded' | 'degraded' | 'failed' | 'skipped';
  readonly runs: readonly GraphRun[];
}

/** What a graph needs of its surroundings. */
export interface GraphDoors {
  /** Inputs from the program's own files; one empty one when the node has no input. */
  readonly filesFor: (node: GraphNode) => Promise<readonly NodeItem[]>;
  readonly run: (node: GraphNode, input: NodeItem) => Promise<Artifacts>;
  readonly outputOf: (artifacts: Artifacts) => Uint8Array<ArrayBuffer>;
  /** What the manifest says about a failure of this node's tasklet. */
  readonly recoveryFrom: (node: GraphNode, code: FabricErrorCode) => 'retry' | 'reacquire' | 'degrade' | 'fail';
}

/** Runs of one graph that go on at the same time. */
const RUNS_AT_ONCE_MAX = 8;
const ATTEMPTS_MAX = 3;
const WORD_BYTES = 4;

/**
 * Makes every run of a graph, each node as soon as those it waits for have ended; `nodes` stand in such an order. A node
 * behind a failed one is skipped. Rejects only when the surroundings do.
 */
export async function runGraph(nodes: readonly GraphNode[], doors: GraphDoors): Promise<readonly NodeOutcome[]> {
  const lane = lanes(RUNS_AT_ONCE_MAX);
  const outcomes = new Map<string, Promise<NodeOutcome>>();
  for (const node of nodes) {
    const before = node.after.flatMap((name) => outcomes.get(name) ?? []);
    const outcome = Promise.all(before).then((ended) => runNode(node, ended, doors, lane));
    // Whoever waits for all of them hears of it; until then it is no uncaught rejection.
    outcome.catch(() => undefined);
    outcomes.set(node.name, outcome);
  }
  return Promise.all(outcomes.values());
}

async function runNode(
  node: GraphNode,
  before: readonly NodeOutcome[],
  doors: GraphDoors,
  lane: Lane,
): Promise<NodeOutcome> {
  const { name, tasklet } = node;
  const isBlocked = before.some(({ status }) => status === 'failed' || status === 'skipped');
  if (isBlocked) return { node: name, tasklet, status: 'skipped', runs: [] };
  const items = await itemsFor(node, before, doors);
  const inputs = node.isFannedOut || items.length === 1 ? items : [joined(items)];
  const runs = await Promise.all(inputs.map((input) => lane(() => runOnce(node, input, doors))));
  const failures = runs.flatMap(({ artifacts: { response } }) => (response.status === 'succeeded' ? [] : [response]));
  const isForgiven = failures.every(({ error }) => error && doors.recoveryFrom(node, error.code) === 'degrade');
  const status = failures.length === 0 ? 'succeeded' : isForgiven ? 'degraded' : 'failed';
  return { node: name, tasklet, status, runs };
}

async function itemsFor(
  node: GraphNode,
  before: readonly NodeOutcome[],
  doors: GraphDoors,
): Promise<readonly NodeItem[]> {
  const { input } = node;
  if (input.kind !== 'output') return doors.filesFor(node);
  const source = before.find((outcome) => outcome.node === input.name);
  return (source?.runs ?? [])
    .filter(({ artifacts }) => artifacts.response.status === 'succeeded')
    .map(({ input: label, artifacts }) => ({ label: `${input.name}(${label})`, bytes: doors.outputOf(artifacts) }));
}

/** A run, made again as often as the manifest lets it. Fresh leases come with every attempt. */
async function runOnce(node: GraphNode, input: NodeItem, doors: GraphDoors): Promise<GraphRun> {
  for (let attempts = 1; ; attempts++) {
    const artifacts = await doors.run(node, input);
    const { error } = artifacts.response;
    const recovery = error === undefined ? 'fail' : doors.recoveryFrom(node, error.code);
    const isOver = recovery === 'fail' || recovery === 'degrade' || attempts === ATTEMPTS_MAX;
    if (isOver) return { input: input.label, attempts, artifacts };
  }
}

/** Many inputs as one: how many there are, then the length and the bytes of each; numbers are u32, little-endian. */
export function joined(items: readonly NodeItem[]): NodeItem {
  const total = items.reduce((sum, { bytes }) => sum + WORD_BYTES + bytes.length, WORD_BYTES);
  const all = new Uint8Array(total);
  const view = new DataView(all.buffer);
  view.setUint32(0, items.length, true);
  let at = WORD_BYTES;
  for (const { bytes } of items) {
    view.setUint32(at, bytes.length, true);
    all.set(bytes, at + WORD_BYTES);
    at += WORD_BYTES + bytes.length;
  }
  return { label: items.map(({ label }) => label).join(', '), bytes: all };
}

type Lane = <T>(work: () => Promise<T>) => Promise<T>;

/** Lets so many works go on at once; the others wait for their turn. */
function lanes(max: number): Lane {
  let free = max;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
