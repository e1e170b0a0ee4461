import { FabricError } from '../../core/index.ts';

/** What an `AbortSignal` offers: any host's own will do. */
export interface Abort {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Calls `action` when `signal` says so, at once if it has; answers how to forget about it. */
export function onAbort(signal: Abort | undefined, action: () => void): () => void {
  if (!signal) return () => undefined;
  if (signal.aborted) {
    action();
    return () => undefined;
  }
  signal.addEventListener('abort', action, { once: true });
  return () => signal.removeEventListener('abort', action);
}

export function aborted(what: string): FabricError {
  return new FabricError({ code: 'cancelled', message: `${what} was cancelled` });
}
