import { generateModule, type Random } from '../generate/index.ts';

/** Bytes that mean something in many places of a module. */
const TELLING = [0, 1, 0x0b, 0x10, 0x40, 0x41, 0x60, 0x70, 0x7b, 0x7f, 0x80, 0xfc, 0xfd, 0xfe, 0xff];

/** A valid module, small or middling. */
export function someModule(random: Random): Uint8Array<ArrayBuffer> {
  return generateModule(random.u32(), { size: random.pick([5, 30, 120]), tailCalls: true }).bytes;
}

/** The module with a few things wrong: bytes changed, cut, doubled, moved, or its tail missing. */
export function mutated(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  let result = bytes;
  for (let count = random.between(1, 3); count > 0; count--) {
    result = random.pick([change, change, flip, truncate, cut, double, insert])(result, random);
  }
  return result;
}

type Mutation = (bytes: Uint8Array<ArrayBuffer>, random: Random) => Uint8Array<ArrayBuffer>;

const change: Mutation = (bytes, random) => {
  const result = bytes.slice();
  if (result.length > 0) result[random.below(result.length)] = random.pick(TELLING);
  return result;
};

const flip: Mutation = (bytes, random) => {
  const result = bytes.slice();
  const at = random.below(Math.max(1, result.length));
  result[at] = (result[at] ?? 0) ^ (1 << random.below(8));
  return result;
};

const truncate: Mutation = (bytes, random) => bytes.slice(0, random.below(bytes.length + 1));

const cut: Mutation = (bytes, random) => {
  const from = random.below(bytes.length + 1);
  return joined(bytes.subarray(0, from), bytes.subarray(from + random.between(1, 8)));
};

const double: Mutation = (bytes, random) => {
  const from = random.below(bytes.length + 1);
  const part = bytes.subarray(from, from + random.between(1, 16));
  return joined(bytes.subarray(0, from), part, bytes.subarray(from));
};

const insert: Mutation = (bytes, random) => {
  const at = random.below(bytes.length + 1);
  return joined(bytes.subarray(0, at), Uint8Array.from([random.pick(TELLING)]), bytes.subarray(at));
};

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
