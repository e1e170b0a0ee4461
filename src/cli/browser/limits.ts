/** Deadlines of finding, installing and driving a browser, in milliseconds. */
export const BROWSER_LIMITS = {
  versionDeadlineMs: 15_000,
  installDeadlineMs: 600_000,
  launchDeadlineMs: 60_000,
  /** From opening a tab to `window.grafos.ready`: a cold first load on a busy machine. */
  readyDeadlineMs: 60_000,
  /** How often a tab that joins is asked whether it waits in a lobby. */
  lobbyIntervalMs: 500,
  /** For the goodbye of a tab that is closed anyway. */
  leaveDeadlineMs: 500,
  closeDeadlineMs: 10_000,
  /** Console errors remembered of each tab, for the message when it fails. */
  complaintsKept: 20,
} as const;
