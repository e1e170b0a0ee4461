/** Calls `changed` when this browser may have another way to the network than before, with how often that was so. */
export function watchNetwork(changed: (changes: number) => void, signal: AbortSignal): void {
  let changes = 0;
  const count = (): void => changed(++changes);
  addEventListener('online', count, { signal });
  // Not in Firefox and Safari, where the silence of links has to tell.
  const connection: unknown = Reflect.get(navigator, 'connection');
  if (connection instanceof EventTarget) connection.addEventListener('change', count, { signal });
}
