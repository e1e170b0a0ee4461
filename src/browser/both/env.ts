import type { Env } from '../../core/index.ts';

/** The real world, as page and workers have it. `who` heads each log line. */
export function realEnv(who: string): Env {
  return {
    clock: { nowMs: () => performance.now(), wallMs: () => Date.now() },
    timers: {
      after(delayMs, action) {
        const id = setTimeout(action, Math.max(0, delayMs));
        return { cancel: () => clearTimeout(id) };
      },
    },
    random: { bytes: (sizeBytes) => crypto.getRandomValues(new Uint8Array(sizeBytes)) },
    log: {
      write(level, message, detail) {
        if (level === 'debug') return;
        console[level](`[${who}] ${message}`, detail ?? '');
      },
    },
  };
}
