import { TASKLET_LIMITS } from '../core/index.ts';
import type { KeyPath } from './key-positions.ts';
import { nearestOf } from './nearest.ts';
import type { ManifestProblemCode } from './problem.ts';
import type { ManifestOutput } from './schema.ts';
import { formatSize } from './units.ts';

const NODES_MAX = 64;

export type AddProblem = (code: ManifestProblemCode, path: KeyPath, says: string, nearest?: string) => void;

/** What the graph says of things that stand elsewhere in the manifest: names, counts, and that it has an end. */
export function checkGraph({ tasklet, lease, graph }: ManifestOutput, add: AddProblem): void {
  const nodes = Object.entries(graph);
  if (nodes.length > NODES_MAX) add('out_of_range', ['graph'], `must hold at most ${NODES_MAX} nodes`);
  const refer = (path: KeyPath, kind: string, wanted: string, names: readonly string[]): void => {
    if (names.includes(wanted)) return;
    const nearest = nearestOf(wanted, names);
    const advice = nearest === undefined ? `there are: ${names.join(', ') || 'none'}` : `did you mean ${nearest}?`;
    add('unknown_name', path, `names the ${kind} "${wanted}", which is not declared; ${advice}`, nearest);
  };
  for (const [name, node] of nodes) {
    const path = ['graph', name];
    const { input, after, leases } = node;
    refer([...path, 'tasklet'], 'tasklet', node.tasklet, Object.keys(tasklet));
    for (const each of after) refer([...path, 'after'], 'node', each, Object.keys(graph));
    for (const each of leases) refer([...path, 'leases'], 'lease', each.lease, Object.keys(lease));
    if (input?.output !== undefined) refer([...path, 'input'], 'node', input.output, Object.keys(graph));
    if (input?.lease !== undefined) refer([...path, 'input'], 'lease', input.lease, Object.keys(lease));
    const whole = lease[input?.lease ?? '']?.size ?? 0;
    if (whole > TASKLET_LIMITS.inputBytesMax) {
      const most = formatSize(TASKLET_LIMITS.inputBytesMax);
      add('out_of_range', [...path, 'input'], `is a lease of ${formatSize(whole)}; an input has at most ${most}`);
    }
    const isMany = input?.fixtures !== undefined || input?.output !== undefined;
    if (node['fan-out'] && !isMany) {
      add('invalid_value', [...path, 'fan-out'], 'needs an input of which there are many: fixtures or output');
    }
    const wanted = tasklet[node.tasklet]?.leases;
    if (wanted !== undefined && wanted !== leases.length) {
      add('invalid_value', [...path, 'leases'], `must name as many leases as tasklet.${node.tasklet} takes: ${wanted}`);
    }
  }
  const cycle = cycleIn(new Map(nodes.map(([name]) => [name, waitsFor(graph, name)])));
  if (cycle !== undefined) add('cycle', ['graph', cycle[0] ?? ''], `waits for itself: ${cycle.join(' → ')}`);
}

/** The nodes that must have ended before this one begins. */
export function waitsFor(graph: ManifestOutput['graph'], name: string): readonly string[] {
  const node = graph[name];
  const output = node?.input?.output;
  return [...new Set([...(node?.after ?? []), ...(output === undefined ? [] : [output])])];
}

/** Names of one cycle, the first one again at its end. */
function cycleIn(edges: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const walk = (name: string, way: readonly string[]): readonly string[] | undefined => {
    const at = way.indexOf(name);
    if (at >= 0) return [...way.slice(at), name];
    if (done.has(name)) return undefined;
    for (const next of edges.get(name) ?? []) {
      const found = walk(next, [...way, name]);
      if (found !== undefined) return found;
    }
    done.add(name);
    return undefined;
  };
  for (const name of edges.keys()) {
    const found = walk(name, []);
    if (found !== undefined) return found;
  }
  return undefined;
}
