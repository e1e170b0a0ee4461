/** What the flow of a function depends on, of the functions that it calls. */
export interface CalleeFacts {
  /** Whether the function neither sees nor changes the fuel: its caller pays for all of it. */
  isSilent(callee: number): boolean;
  /** Fuel that callers pay for the function before they call it. */
  prepaid(callee: number): number;
}
