/** One measured figure against its peer, as DESIGN.md §12 lists them. */
export interface Row {
  readonly group: string;
  readonly name: string;
  readonly ours: number;
  /** null when there is nothing to compare with. */
  readonly peer: number | null;
  readonly peerName: string;
  readonly unit: string;
  /** ours / peer unless the row says otherwise, or `ours` itself when there is no peer. */
  readonly ratio: number;
  /** The bound on `ratio`, as a person writes it: `<= 1.1`, `>= 8`, or empty for a figure that is only shown. */
  readonly goal: string;
  /** null where there is no goal. */
  readonly holds: boolean | null;
}

export interface BenchGroup {
  readonly name: string;
  /** Measures everything of the group; reports each row as soon as it is known. */
  run(report: (row: Row) => void): Promise<void>;
}

interface RowOrder {
  readonly group: string;
  readonly name: string;
  readonly ours: number;
  readonly peer?: number;
  readonly peerName?: string;
  readonly unit: string;
  readonly goal?: `${'<=' | '>='} ${number}`;
  /** Where it is not ours / peer: a median of ratios, or how many times faster. */
  readonly ratio?: number;
}

export function row({ group, name, ours, peer, peerName = '', unit, goal, ...given }: RowOrder): Row {
  const ratio = given.ratio ?? (peer === undefined ? ours : ours / peer);
  return {
    group,
    name,
    ours: rounded(ours),
    peer: peer === undefined ? null : rounded(peer),
    peerName,
    unit,
    ratio: rounded(ratio),
    goal: goal ?? '',
    holds: goal === undefined ? null : holds(ratio, goal),
  };
}

function holds(ratio: number, goal: string): boolean {
  const bound = Number(goal.slice(3));
  return goal.startsWith('<=') ? ratio <= bound : ratio >= bound;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? high : (high + (sorted[middle - 1] ?? NaN)) / 2;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((total, value) => total + Math.log(value), 0) / values.length);
}

/** A table for people, aligned. */
export function tableLine(row: Row): string {
  const verdict = row.holds === null ? '' : row.holds ? 'holds' : 'MISSED';
  const peer = row.peer === null ? '' : `${row.peerName} ${row.peer}`;
  const cells = [row.group.padEnd(8), row.name.padEnd(52), `${row.ours} ${row.unit}`.padStart(16), peer.padStart(26)];
  return [...cells, String(row.ratio).padStart(8), row.goal.padStart(8), verdict].join('  ').trimEnd();
}
