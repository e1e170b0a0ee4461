/** How an output is best shown. */
export type OutputShape =
  | { readonly kind: 'empty' }
  | { readonly kind: 'image'; readonly mediaType: string }
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly head: string };

const SHOWN_CHARACTERS_MAX = 64 * 1024;
const SHOWN_BYTES_MAX = 256;
const FILE_ENDINGS: ReadonlyMap<string, string> = new Map([
  ['image/png', 'png'],
  ['image/jpeg', 'jpg'],
  ['image/gif', 'gif'],
  ['image/bmp', 'bmp'],
  ['image/webp', 'webp'],
  ['application/json', 'json'],
  ['text/plain', 'txt'],
]);
const IMAGE_TYPES = /^image\/(png|jpeg|gif|bmp|webp|avif)$/;

/** Decides how to show `bytes` that a tasklet declared to be `mediaType`. Never believes more than the bytes support. */
export function outputShape(bytes: Uint8Array, mediaType: string): OutputShape {
  if (bytes.length === 0) return { kind: 'empty' };
  if (IMAGE_TYPES.test(mediaType)) return { kind: 'image', mediaType };
  const text = strictText(bytes);
  if (text === undefined) return { kind: 'bytes', head: hexLines(bytes.subarray(0, SHOWN_BYTES_MAX)) };
  const json = /[/+]json$/.test(mediaType) || /^\s*[[{]/.test(text) ? parsedJson(text) : undefined;
  return json === undefined ? { kind: 'text', text: shown(text) } : { kind: 'json', text: prettyJson(json.value) };
}

/** JSON with two spaces of indent, cut where it would make the page slow. */
export function prettyJson(value: unknown): string {
  const text: unknown = JSON.stringify(value, undefined, 2);
  return shown(typeof text === 'string' ? text : 'null');
}

/** Bytes of padded base64, or undefined when it is not that. */
export function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
    return bytes;
  } catch {
    return undefined;
  }
}

/** The ending a saved output gets: `png`, `json`, `txt`, or `bin` when nothing better is known. */
export function fileEnding(mediaType: string): string {
  return FILE_ENDINGS.get(mediaType) ?? 'bin';
}

/** Sixteen bytes a line, with their offset and the letters they may be. */
export function hexLines(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += 16) {
    const row = [...bytes.subarray(offset, offset + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const letters = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join('');
    lines.push(`${offset.toString(16).padStart(4, '0')}  ${hex.padEnd(47)}  ${letters}`);
  }
  return lines.join('\n');
}

function strictText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parsedJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function shown(text: string): string {
  return text.length <= SHOWN_CHARACTERS_MAX
    ? text
    : `${text.slice(0, SHOWN_CHARACTERS_MAX)}\n… ${text.length - SHOWN_CHARACTERS_MAX} more characters; save it to see all`;
}
