/** A seed that once failed, and what it found. The draws behind a seed change with the simulator; the case stays. */
export interface Regression {
  readonly seed: number;
  readonly cells: number;
  readonly steps: number;
  readonly found: string;
}

export const REGRESSIONS: readonly Regression[] = [
  { seed: 2, cells: 12, steps: 5_000, found: 'a cell that had lost every link never met the others again' },
  { seed: 4, cells: 12, steps: 5_000, found: 'two parts of a fabric, each with rendezvous slots, never met again' },
  { seed: 31, cells: 12, steps: 5_000, found: 'a reloaded cell was dialled under its former signaling name' },
  { seed: 396, cells: 12, steps: 5_000, found: 'the same, after more reloads' },
  { seed: 77, cells: 12, steps: 5_000, found: 'a run succeeded after its leases had run out in a tab that was frozen' },
  {
    seed: 175,
    cells: 12,
    steps: 5_000,
    found: 'a lease whose grace was over was held on while its lessor was out of reach',
  },
  { seed: 151, cells: 12, steps: 5_000, found: 'a request that the network repeated was done twice' },
  { seed: 373, cells: 12, steps: 5_000, found: 'the same' },
  { seed: 148, cells: 12, steps: 5_000, found: 'who waited and had lost whom it waited at, waited for ever' },
  { seed: 173, cells: 12, steps: 5_000, found: 'a cell with an old policy kept everybody out, who knew a newer one' },
  { seed: 186, cells: 12, steps: 5_000, found: 'the same, of three cells' },
  { seed: 311, cells: 12, steps: 5_000, found: 'a cell came in that was sent away during its hello' },
];
