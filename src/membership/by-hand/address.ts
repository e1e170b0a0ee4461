import { concatBytes, fromHex, fromUtf8, toHex, utf8, type Bytes } from '../../core/index.ts';

/** Forms of an address in a code: what browsers put into candidates, each as short as it gets. */
const FORM = { text: 0, local: 1, ip4: 4, ip6: 6 } as const;
const LOCAL_NAME = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.local$/;
const NAME_LENGTH_MAX = 64;

/** An address as bytes; a name that is none of the usual forms is kept as text. */
export function writeAddress(address: string): { readonly form: number; readonly bytes: Bytes } {
  const local = LOCAL_NAME.exec(address)?.[1];
  const hidden = local === undefined ? undefined : fromHex(local.replaceAll('-', ''));
  if (hidden) return { form: FORM.local, bytes: hidden };
  if (/^\d+\.\d+\.\d+\.\d+$/.test(address)) {
    return { form: FORM.ip4, bytes: Uint8Array.from(address.split('.').map(Number)) };
  }
  const wide = address.includes(':') ? ip6Bytes(address) : undefined;
  if (wide) return { form: FORM.ip6, bytes: wide };
  const text = utf8(address.slice(0, NAME_LENGTH_MAX));
  return { form: FORM.text, bytes: concatBytes(Uint8Array.of(text.length), text) };
}

/** The address of that form; undefined when it is none. */
export function readAddress(
  form: number,
  take: (sizeBytes: number) => Bytes,
  takeByte: () => number,
): string | undefined {
  switch (form) {
    case FORM.local: {
      const hex = toHex(take(16));
      const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
      return `${parts.join('-')}.local`;
    }
    case FORM.ip4:
      return [...take(4)].join('.');
    case FORM.ip6:
      return (toHex(take(16)).match(/.{4}/g) ?? []).join(':');
    case FORM.text: {
      const text = fromUtf8(take(takeByte()));
      return text !== undefined && /^[\w.-]{1,64}$/.test(text) ? text : undefined;
    }
    default:
      return undefined;
  }
}

function ip6Bytes(address: string): Bytes | undefined {
  const [left = '', right] = address.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [before, after] = [groups(left), groups(right ?? '')];
  const missing = right === undefined ? 0 : 8 - before.length - after.length;
  const all = [...before, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...after];
  if (all.length !== 8 || !all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return fromHex(all.map((group) => group.padStart(4, '0').toLowerCase()).join(''));
}
