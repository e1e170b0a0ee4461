/** Potentials of nodes relative to each other, as far as they are known: a union-find that keeps differences. */
export class Potentials {
  private parent = new Int32Array(256);
  /** Potential of a node over its parent's. */
  private rise = new Float64Array(256);
  private size = new Int32Array(256);

  /** `count` nodes, nothing known of any. */
  clear(count: number): void {
    if (this.parent.length < count) {
      this.parent = new Int32Array(count * 2);
      this.rise = new Float64Array(count * 2);
      this.size = new Int32Array(count * 2);
    }
    for (let node = 0; node < count; node++) this.parent[node] = node;
    this.rise.fill(0, 0, count);
    this.size.fill(1, 0, count);
  }

  /** Makes `high` lie `rise` over `low`, unless their difference is known already. */
  join(high: number, low: number, rise: number): void {
    const highRoot = this.find(high);
    const lowRoot = this.find(low);
    if (highRoot === lowRoot) return;
    const difference = (this.rise[low] ?? 0) + rise - (this.rise[high] ?? 0);
    const isSmaller = (this.size[highRoot] ?? 0) < (this.size[lowRoot] ?? 0);
    const child = isSmaller ? highRoot : lowRoot;
    const root = isSmaller ? lowRoot : highRoot;
    this.parent[child] = root;
    this.rise[child] = isSmaller ? difference : -difference;
    this.size[root] = (this.size[root] ?? 0) + (this.size[child] ?? 0);
  }

  /** How far `high` lies over `low`; 0 when nothing is known. */
  over(high: number, low: number): number {
    if (this.find(high) !== this.find(low)) return 0;
    return (this.rise[high] ?? 0) - (this.rise[low] ?? 0);
  }

  /** By node: how far it lies over its root. All nodes have one root when the plan has joined every place. */
  overRoots(count: number): Float64Array {
    for (let node = 0; node < count; node++) this.find(node);
    return this.rise;
  }

  /** The root of `node`, which becomes its parent (or is the node), so that `rise` is over the root. */
  private find(node: number): number {
    const { parent, rise } = this;
    let root = parent[node] ?? 0;
    if (root === node || parent[root] === root) return root;
    let total = 0;
    for (root = node; parent[root] !== root; root = parent[root] ?? 0) total += rise[root] ?? 0;
    // Every node passed comes to hang from the root itself.
    for (let next = node; next !== root;) {
      const after = parent[next] ?? 0;
      const step = rise[next] ?? 0;
      parent[next] = root;
      rise[next] = total;
      total -= step;
      next = after;
    }
    return root;
  }
}
