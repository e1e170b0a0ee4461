export interface Components {
  /** By node: its component's number. A component is numbered after all that it leads to. */
  readonly componentOf: Int32Array;
  readonly members: readonly (readonly number[])[];
}

const UNSEEN = -1;

/**
 * Strongly connected components (R. Tarjan, SIAM J. Comput. 1, 1972), with a stack of its own: a chain of calls can be
 * as long as the module has functions.
 */
export function findComponents(edges: readonly (readonly number[])[]): Components {
  const count = edges.length;
  const order = new Int32Array(count).fill(UNSEEN);
  const low = new Int32Array(count);
  const componentOf = new Int32Array(count).fill(UNSEEN);
  const nextEdge = new Int32Array(count);
  const members: number[][] = [];
  const open: number[] = [];
  const path: number[] = [];
  let seen = 0;
  const enter = (node: number): void => {
    order[node] = low[node] = seen++;
    open.push(node);
    path.push(node);
  };
  const leave = (node: number): void => {
    path.pop();
    const parent = path.at(-1);
    if (parent !== undefined) low[parent] = Math.min(low[parent] ?? 0, low[node] ?? 0);
    if ((low[node] ?? 0) !== (order[node] ?? 0)) return;
    const component = open.splice(open.lastIndexOf(node));
    for (const member of component) componentOf[member] = members.length;
    members.push(component);
  };
  for (let root = 0; root < count; root++) {
    if ((order[root] ?? 0) !== UNSEEN) continue;
    enter(root);
    for (let node = root; path.length > 0; node = path.at(-1) ?? root) {
      const target = edges[node]?.[nextEdge[node] ?? 0];
      if (target === undefined) {
        leave(node);
        continue;
      }
      nextEdge[node] = (nextEdge[node] ?? 0) + 1;
      if ((order[target] ?? 0) === UNSEEN) enter(target);
      else if ((componentOf[target] ?? 0) === UNSEEN) low[node] = Math.min(low[node] ?? 0, order[target] ?? 0);
    }
  }
  return { componentOf, members };
}
