/**
 * Potentials of nodes relative to each other, as far as they are known: a union-find that keeps differences. Paths are
 * not shortened: hanging the smaller tree under the larger keeps them to a few steps.
 */
export class Potentials {
  /** The node above, or for a root its tree's size, negative. */
  private above = new Int32Array(256);
  /** Potential of a node that is no root over the node above. */
  private rises = new Float64Array(256);
  private totals = new Float64Array(256);

  /** `count` nodes, nothing known of any. */
  clear(count: number): void {
    if (this.above.length < count) {
      this.above = new Int32Array(count * 2);
      this.rises = new Float64Array(count * 2);
      this.totals = new Float64Array(count * 2);
    }
    this.above.fill(-1, 0, count);
  }

  /** Makes `high` lie `rise` over `low`, unless their difference is known already. */
  join(high: number, low: number, rise: number): void {
    const { above, rises } = this;
    let highRoot = high;
    let lowRoot = low;
    let difference = rise;
    for (let next = above[high] ?? -1; next >= 0; next = above[next] ?? -1) {
      difference -= rises[highRoot] ?? 0;
      highRoot = next;
    }
    for (let next = above[low] ?? -1; next >= 0; next = above[next] ?? -1) {
      difference += rises[lowRoot] ?? 0;
      lowRoot = next;
    }
    if (highRoot === lowRoot) return;
    const highSize = above[highRoot] ?? -1;
    const lowSize = above[lowRoot] ?? -1;
    if (highSize > lowSize) {
      above[lowRoot] = highSize + lowSize;
      above[highRoot] = lowRoot;
      rises[highRoot] = difference;
    } else {
      above[highRoot] = highSize + lowSize;
      above[lowRoot] = highRoot;
      rises[lowRoot] = -difference;
    }
  }

  /** How far `high` lies over `low`; 0 when nothing is known. */
  over(high: number, low: number): number {
    return this.rootOf(high) === this.rootOf(low) ? this.overRoot(high) - this.overRoot(low) : 0;
  }

  /** By node: how far it lies over its root. All nodes have one root when the plan has joined every place. */
  overRoots(count: number): Float64Array {
    for (let node = 0; node < count; node++) this.totals[node] = this.overRoot(node);
    return this.totals;
  }

  private rootOf(node: number): number {
    let root = node;
    for (let next = this.above[node] ?? -1; next >= 0; next = this.above[next] ?? -1) root = next;
    return root;
  }

  private overRoot(node: number): number {
    const { above, rises } = this;
    let total = 0;
    let at = node;
    for (let next = above[node] ?? -1; next >= 0; next = above[next] ?? -1) {
      total += rises[at] ?? 0;
      at = next;
    }
    return total;
  }
}
