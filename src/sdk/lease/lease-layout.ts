import { decodeLeaseRef } from '../../capability/index.ts';

/** What a LeaseRef says of how its bytes are laid out; empty for bare bytes, undefined for what is no LeaseRef. */
export function layoutOf(ref: string): string | undefined {
  const decoded = decodeLeaseRef(ref);
  return decoded.ok ? decoded.value.layout : undefined;
}
