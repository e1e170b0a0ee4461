import { contentHash, utf8, type ContentHash } from '../../core/index.ts';
import type { NodeItem, NodeOutcome } from './graph.ts';

const WORD_BYTES = 4;

/** Many inputs as one: how many there are, then the length and the bytes of each; numbers are u32, little-endian. */
export function joined(items: readonly NodeItem[]): NodeItem {
  const total = items.reduce((sum, { bytes }) => sum + WORD_BYTES + bytes.length, WORD_BYTES);
  const all = new Uint8Array(total);
  const view = new DataView(all.buffer);
  view.setUint32(0, items.length, true);
  let at = WORD_BYTES;
  for (const { bytes } of items) {
    view.setUint32(at, bytes.length, true);
    all.set(bytes, at + WORD_BYTES);
    at += WORD_BYTES + bytes.length;
  }
  return { label: items.map(({ label }) => label).join(', '), bytes: all };
}

/** SHA-256 of what a node has put out; of several runs, of their hashes in order, a line each. */
export function outputHashOf({ runs }: NodeOutcome): ContentHash {
  const [first, ...others] = runs.map(({ artifacts }) => artifacts.response.output);
  if (first !== undefined && others.length === 0) return first;
  return contentHash(utf8(runs.map(({ artifacts }) => `${artifacts.response.output}\n`).join('')));
}

/** Whether a fixture's name fits a pattern, in which `*` stands for any characters. */
export function fitsPattern(name: string, pattern: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  if (others.length === 0) return name === pattern;
  const last = others.pop() ?? '';
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let rest = name.slice(first.length, name.length - last.length);
  for (const part of others) {
    const at = rest.indexOf(part);
    if (at < 0) return false;
    rest = rest.slice(at + part.length);
  }
  return true;
}
