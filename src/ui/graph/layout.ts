import type { Program } from '../../sdk/index.ts';

export type Graph = Pick<Program, 'graph' | 'leases'>;

/** Where everything of a graph stands, in px from the top left corner. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly threads: readonly PlacedThread[];
}

export interface PlacedNode {
  readonly node: Program['graph'][number];
  readonly left: number;
  readonly top: number;
}

export interface PlacedEdge {
  /** `data`: its output is the other's input; `order`: only waited for. */
  readonly kind: 'data' | 'order';
  readonly from: string;
  readonly to: string;
  readonly path: string;
}

/** A shared lease: a thread beside the graph, knotted to the nodes that work on it. */
export interface PlacedThread {
  readonly lease: string;
  /** Which of the leases it is, from 0. */
  readonly index: number;
  readonly path: string;
  readonly knots: readonly { readonly x: number; readonly y: number }[];
}

export const NODE = { width: 136, height: 54 } as const;
const GAP = { x: 14, y: 40 } as const;
const EDGE_MARGIN = 8;
const LANE_WIDTH = 16;

/** Nodes in rows, each below those it waits for, in the order in which the program names them. */
export function layoutOf({ graph, leases }: Graph): GraphLayout {
  const rows = rowsOf(graph);
  const lanes = leases.length * LANE_WIDTH;
  const widest = Math.max(1, ...rows.map((row) => row.length));
  const inner = widest * NODE.width + (widest - 1) * GAP.x;
  const nodes = rows.flatMap((row, rowIndex) => {
    const start = lanes + EDGE_MARGIN + (inner - (row.length * NODE.width + (row.length - 1) * GAP.x)) / 2;
    const top = EDGE_MARGIN + rowIndex * (NODE.height + GAP.y);
    return row.map((node, index) => ({ node, top, left: start + index * (NODE.width + GAP.x) }));
  });
  const placed = new Map(nodes.map((each) => [each.node.name, each]));
  return {
    width: lanes + inner + 2 * EDGE_MARGIN,
    height: rows.length * (NODE.height + GAP.y) - GAP.y + 2 * EDGE_MARGIN,
    nodes,
    edges: nodes.flatMap((to) =>
      to.node.after.flatMap((name) => {
        const from = placed.get(name);
        const isData = to.node.input.kind === 'output' && to.node.input.name === name;
        return from ? [{ kind: isData ? 'data' : 'order', from: name, to: to.node.name, path: curve(from, to) }] : [];
      }),
    ),
    threads: leases.map(({ name }, index) => thread(name, index, nodes)),
  };
}

function rowsOf(graph: Program['graph']): readonly (readonly Program['graph'][number][])[] {
  const depths = new Map<string, number>();
  const rows: Program['graph'][number][][] = [];
  // Each node stands behind those it waits for.
  for (const node of graph) {
    const depth = Math.max(-1, ...node.after.map((name) => depths.get(name) ?? -1)) + 1;
    depths.set(node.name, depth);
    (rows[depth] ??= []).push(node);
  }
  return rows;
}

function curve(from: PlacedNode, to: PlacedNode): string {
  const [x1, y1] = [from.left + NODE.width / 2, from.top + NODE.height];
  const [x2, y2] = [to.left + NODE.width / 2, to.top - 3];
  const bend = (y2 - y1) / 2;
  return `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`;
}

function thread(lease: string, index: number, nodes: readonly PlacedNode[]): PlacedThread {
  const x = EDGE_MARGIN + index * LANE_WIDTH;
  const users = nodes.filter(({ node }) => usesLease(node, lease));
  const ys = users.map(({ top }) => top + NODE.height / 2 + index * 4);
  const spine = ys.length === 0 ? '' : `M${x} ${Math.min(...ys)}V${Math.max(...ys)}`;
  const ties = users.map(({ left }, at) => `M${x} ${ys[at] ?? 0}H${left}`);
  return {
    lease,
    index,
    path: [spine, ...ties].join(''),
    knots: ys.map((y) => ({ x, y })),
  };
}

function usesLease({ leases, input }: Program['graph'][number], lease: string): boolean {
  return leases.some(({ name }) => name === lease) || (input.kind === 'lease' && input.name === lease);
}
