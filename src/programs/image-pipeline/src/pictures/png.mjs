// PNG files of drawn pictures, in whatever way of storing pixels each asks for.
import { deflateSync } from 'node:zlib';

const TYPES = { grey: [0, 1], rgb: [2, 3], palette: [3, 1], greyAlpha: [4, 2], rgba: [6, 4] };

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c >>> 0;
});

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  let crc = 0xffffffff;
  for (const byte of body) crc = CRC[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  const out = Buffer.alloc(8);
  out.writeUInt32BE(data.length);
  out.writeUInt32BE((crc ^ 0xffffffff) >>> 0, 4);
  return Buffer.concat([out.subarray(0, 4), body, out.subarray(4)]);
}

function rowOf({ size: [width], type, depth = 8, at }, y) {
  const samples = [];
  for (let x = 0; x < width; x++) {
    const seen = at((x + 0.5) / width, (y + 0.5) / width);
    for (const each of type === 'palette' ? [seen] : seen) samples.push(Math.min(255, Math.max(0, Math.round(each))));
  }
  if (depth === 8) return Buffer.from(samples);
  const packed = Buffer.alloc(Math.ceil((width * depth) / 8));
  samples.forEach((each, x) => (packed[(x * depth) >> 3] |= each << (8 - depth - ((x * depth) & 7))));
  return packed;
}

function filtered(row, above, filter, step) {
  return Buffer.from(
    row.map((byte, at) => {
      const [left, up, corner] = [row[at - step] ?? 0, above[at] ?? 0, at >= step ? (above[at - step] ?? 0) : 0];
      const guess = left + up - corner;
      const [a, b, c] = [left, up, corner].map((each) => Math.abs(guess - each));
      return byte - [0, left, up, (left + up) >> 1, a <= b && a <= c ? left : b <= c ? up : corner][filter];
    }),
  );
}

export function png(picture) {
  const {
    size: [width, height],
    type,
    depth = 8,
    filter,
    palette,
  } = picture;
  const [colourType, samples] = TYPES[type];
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, 0], 8);
  let above = [];
  const rows = Array.from({ length: height }, (_, y) => {
    const row = rowOf(picture, y);
    const line = Buffer.concat([Buffer.from([filter]), filtered(row, above, filter, samples)]);
    above = row;
    return line;
  });
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', Buffer.from(palette.flat()))] : []),
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
