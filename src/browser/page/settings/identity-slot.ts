const KEY = 'grafos-web.identity-slot';

/** The identity of the profile's pool that this tab had before it was reloaded. */
export function storedIdentitySlot(): number | undefined {
  try {
    const text = sessionStorage.getItem(KEY);
    const slot = text === null ? NaN : Number(text);
    return Number.isSafeInteger(slot) && slot >= 0 ? slot : undefined;
  } catch {
    return undefined;
  }
}

export function storeIdentitySlot(slot: number): void {
  try {
    sessionStorage.setItem(KEY, String(slot));
  } catch {
    // Without session storage a reload may pick another identity of the pool; nothing else depends on it.
  }
}
