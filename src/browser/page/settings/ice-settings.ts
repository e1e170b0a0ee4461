import { FabricError, formatIceLines, parseIceLines, type FabricFailure, type IceServer } from '../../../sdk/index.ts';

const KEY = 'grafos-web.ice-servers';

/** The STUN and TURN servers this browser was told to use, as far as they can be read; none by itself. */
export function storedIceServers(): readonly IceServer[] {
  try {
    const read = parseIceLines(localStorage.getItem(KEY) ?? '');
    return read.ok ? read.value : [];
  } catch {
    // A browser that stores nothing has no settings.
    return [];
  }
}

/** Keeps the servers for every fabric joined from now on; answers what is wrong with them, if anything is. */
export function storeIceServers(text: string): FabricFailure | undefined {
  const read = parseIceLines(text);
  if (!read.ok) return read.error;
  try {
    localStorage.setItem(KEY, formatIceLines(read.value));
    return undefined;
  } catch {
    return new FabricError({
      code: 'storage_unavailable',
      message: 'No settings can be kept for this site.',
    }).toFailure();
  }
}
